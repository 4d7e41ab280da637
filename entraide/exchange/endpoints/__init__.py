"""The addresses that speak API Engagement, RPDE and CAP: for programs, each error a code that they know."""
