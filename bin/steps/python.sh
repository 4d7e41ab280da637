# Sourced by the scripts of bin/: finds a Python that is new enough and runs one step program of bin/steps with it.

steps=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)/steps

run_step() {
    for python in ${PYTHON:-} python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            exec "$python" "$steps/__main__.py" "$@"
        fi
    done
    found=$(python3 --version 2>&1) || found="no python3"
    echo "Entraide needs Python 3.11 or newer, and this machine has ${found}: install python3 (Debian: apt-get install python3 python3-pip), or set PYTHON to its path." >&2
    exit 69
}
