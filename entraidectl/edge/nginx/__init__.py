"""nginx's configuration, as pure functions of site.toml, the manifest and the machine."""
