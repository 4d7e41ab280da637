"""The web application firewall: ModSecurity 3 with the OWASP core rule set, made to know where people write freely."""
