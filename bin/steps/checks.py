"""What must hold of the sources before anything runs: style, types, layers, templates, migrations, translations."""

from dataclasses import dataclass

from bin.steps import portal
from bin.steps.packages import ROOT
from bin.steps.terminal import say


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name for people and the arguments of .venv's Python."""

    name: str
    arguments: tuple[str, ...]


def build(name: str) -> tuple[str, ...]:
    """Return the arguments that ask a maker of files whether its file is fresh."""
    return (str(ROOT / "ops" / "build" / f"{name}.py"), "--check")


CHECKS = (
    Check("style (ruff)", ("-m", "ruff", "check", ".")),
    Check("layout (ruff)", ("-m", "ruff", "format", "--check", ".")),
    Check("types (mypy)", ("-m", "mypy", ".")),
    Check(
        "layers (import-linter)", ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")
    ),
    Check("certificates site (TypeScript)", ("-m", "bin.steps.certificates_site", "check")),
    Check("templates (djlint)", ("-m", "djlint", "--lint", "--quiet", "entraide")),
    Check("Django's own checks", ("-m", "django", "check", "--fail-level", "WARNING")),
    # No database has to run for this; Django only warns that it cannot ask one.
    Check("migrations", ("-W", "ignore::RuntimeWarning", "-m", "django", "makemigrations", "--check", "--dry-run")),
    Check("translations", build("messages")),
    Check("manifest", build("manifest")),
    Check("settings reference", build("settings_reference")),
    Check("reference of site.toml", build("site_file")),
)


def run_all(wanted: list[str]) -> int:
    """Run every check, or those whose name holds one of these words; return 1 when one fails."""
    failed = []
    for check in CHECKS:
        if wanted and not any(word in check.name for word in wanted):
            continue
        say(f"· {check.name} …")
        if portal.run(*check.arguments, DJANGO_SETTINGS_MODULE="config.settings", MODE="development"):
            failed.append(check.name)
    if failed:
        say(f"Failed: {', '.join(failed)}.")
        return 1
    say("Everything holds.")
    return 0
