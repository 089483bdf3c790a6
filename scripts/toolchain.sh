# Makes sure of a Rust toolchain new enough for this workspace and of a linker. Sourced, in the root, by the scripts
# beside it; installs only what is missing, asks nothing, and says what to do where it cannot.

say() {
    printf '%s\n' "$*" >&2
}

fail() {
    say "error: $*"
    exit 1
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# Runs a command as the superuser: directly, or through sudo, which may ask for a password only on a terminal.
as_superuser() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif have sudo && [ -t 0 ]; then
        sudo "$@"
    elif have sudo; then
        sudo -n "$@"
    else
        return 1
    fi
}

# Installs packages of the system, by their names for each package manager:
# install_packages APT DNF ZYPPER PACMAN APK, each a list in one word.
install_packages() {
    if have apt-get; then
        as_superuser apt-get update -qq >&2 &&
            as_superuser env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1 >&2
    elif have dnf; then
        as_superuser dnf install -y -q $2 >&2
    elif have yum; then
        as_superuser yum install -y -q $2 >&2
    elif have zypper; then
        as_superuser zypper --non-interactive --quiet install $3 >&2
    elif have pacman; then
        as_superuser pacman -S --noconfirm --needed --quiet $4 >&2
    elif have apk; then
        as_superuser apk add --quiet $5 >&2
    else
        return 1
    fi
}

# A version such as 1.89.0 as one number, 1089; 0 for none.
version_number() {
    printf '%s\n' "$1" | awk -F. '{ print $1 * 1000 + $2 }'
}

# The version of the compiler that cargo would use now, empty without one.
rust_version() {
    have cargo && cargo --version >/dev/null 2>&1 && rustc --version 2>/dev/null | awk '{ print $2 }'
    return 0
}

rust_is_new_enough() {
    [ "$(version_number "$(rust_version)")" -ge "$(version_number "$needed_rust")" ]
}

# Rust's official installer, into the home folder; the shell's own start files stay as they are.
install_rustup() {
    have curl || have wget ||
        install_packages "curl ca-certificates" "curl" "curl" "curl" "curl ca-certificates" || return 1
    installer=$(mktemp) || return 1
    if have curl; then
        curl --proto '=https' --tlsv1.2 -sSf --retry 2 https://sh.rustup.rs -o "$installer"
    else
        wget -q -O "$installer" https://sh.rustup.rs
    fi && RUSTUP_INIT_SKIP_PATH_CHECK=yes sh "$installer" -y -q --profile minimal --no-modify-path >&2
    status=$?
    rm -f "$installer"
    return "$status"
}

make_sure_of_rust() {
    needed_rust=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
    cargo_bin="${CARGO_HOME:-$HOME/.cargo}/bin"
    if ! have cargo || ! rust_is_new_enough; then
        PATH="$cargo_bin:$PATH"
        export PATH
    fi
    if rust_is_new_enough; then
        return
    fi
    found=$(rust_version)
    say "This needs Rust $needed_rust or newer; found: ${found:-none}."
    if have rustup; then
        say "Installing the stable toolchain with rustup (your default toolchain stays as it is) ..."
        if rustup toolchain install stable --profile minimal --no-self-update >&2; then
            RUSTUP_TOOLCHAIN=stable
            export RUSTUP_TOOLCHAIN
        fi
    else
        say "Installing Rust into $cargo_bin with its official installer ..."
        install_rustup || say "The installer could not be fetched or run."
    fi
    if ! rust_is_new_enough && [ -z "$found" ]; then
        say "Trying the Rust of this system's packages ..."
        install_packages "cargo rustc" "cargo rust" "cargo rust" "rust" "cargo rust" || true
    fi
    hash -r 2>/dev/null || true
    if ! rust_is_new_enough; then
        found=$(rust_version)
        fail "Rust $needed_rust or newer is needed and could not be installed; found: ${found:-none}." \
            "Install it from https://rustup.rs and run this again."
    fi
}

make_sure_of_linker() {
    if have cc; then
        return
    fi
    say "There is no C linker (cc): installing one ..."
    install_packages "gcc libc6-dev" "gcc" "gcc" "gcc" "gcc musl-dev" || true
    hash -r 2>/dev/null || true
    have cc || fail "a C linker is needed and could not be installed." \
        "Install gcc or clang (on macOS: xcode-select --install) and run this again."
}

make_sure_of_linker
make_sure_of_rust
