# Installs what ./run, ./test and ./bench need and the machine lacks. Sourced by them, from the root of the
# repository.
#
# Nothing is installed that is there already, and every installation is announced. Debian packages are
# installed with apt-get (with sudo unless root); Python packages only into ./.venv.

# say WORDS...: a line about what the script does.
say() { printf '%s\n' "$*" >&2; }

# stop WORDS...: ends with a reason and what to do about it.
stop() {
    say "error: $*"
    exit 1
}

# need_packages WHY PACKAGE...: Debian packages.
need_packages() {
    local why=$1 package missing=()
    shift
    for package in "$@"; do
        [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null ||
        stop "this is not Debian; install what these packages hold, for $why: ${missing[*]}"
    local as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || stop "as root, run: apt-get install ${missing[*]}   (for $why)"
        as_root=(sudo)
    fi
    say "Installing Debian packages for $why: ${missing[*]}"
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=400)
    "${apt[@]}" update >&2 || stop "apt-get update failed"
    "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >&2 || stop "apt-get install failed: ${missing[*]}"
}

# need_build_tools: Rust, a C compiler for the bundled SQLite and libpq, and the headers of PC/SC.
need_build_tools() {
    command -v cargo >/dev/null ||
        stop "there is no Rust toolchain; install one from https://rustup.rs and open a new shell"
    local packages=(pkg-config libpcsclite-dev)
    command -v cc >/dev/null || packages+=(build-essential)
    need_packages "building" "${packages[@]}"
}

# For virtual cards: pcscd, the virtual reader, and the tools that show what it sees.
card_lab=(pcscd vsmartcard-vpcd opensc iproute2 openssl)

# The fonts of civil papers (SIL Open Font License).
paper_fonts=(fonts-noto-core)

# need_python: ./.venv with the outside checkers, made again when their list changes.
need_python() {
    local list=tests/requirements.txt
    cmp -s "$list" .venv/installed.txt && return 0
    python3 -c 'import venv, ensurepip' 2>/dev/null || need_packages "outside checkers" python3-venv
    say "Installing Python packages into ./.venv: $(grep -v '^#' "$list" | tr '\n' ' ')"
    rm -rf .venv
    python3 -m venv .venv
    .venv/bin/pip install --quiet --disable-pip-version-check --requirement "$list" >&2 ||
        stop "pip could not install the outside checkers"
    cp "$list" .venv/installed.txt
}

# need_node: the outside checkers from npm, each list in a folder of its own, made again when the list
# changes.
need_node() {
    node_packages credentials target/peers-node
    node_packages openapi target/peers-node-openapi
}

# node_packages PEER FOLDER
node_packages() {
    local list=tests/peers/$1/package-lock.json folder=$2
    cmp -s "$list" "$folder/installed.json" && return 0
    command -v npm >/dev/null || need_packages "outside checkers" nodejs npm
    say "Installing Node packages into $folder"
    rm -rf "$folder"
    mkdir -p "$folder"
    cp "$list" "tests/peers/$1/package.json" "$folder"
    npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent >&2 ||
        stop "npm could not install the outside checkers"
    cp "$list" "$folder/installed.json"
}

# may_unshare: whether the system lets us have namespaces of our own, where virtual cards live.
may_unshare() {
    if ((EUID == 0)); then
        unshare --mount --net true 2>/dev/null
    else
        unshare --mount --net --user --map-root-user true 2>/dev/null
    fi
}
