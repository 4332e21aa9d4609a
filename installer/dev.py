"""Make the program ready on this computer and show it, test it or measure it.

    python3 installer/dev.py demo  [arguments of `hoken-desktop demo`]
    python3 installer/dev.py test  [arguments of pytest]
    python3 installer/dev.py bench [names of tests/bench/bench_*.py]
    python3 installer/dev.py lock

Needs nothing but Python 3.11 to 3.13 with venv, pip and git. `demo`, `test` and `bench` make the
folder .venv beside this one from the lock files (exact versions, every file checked by its hash);
a second run finds it ready and asks no network. On Debian and its relatives the system libraries
that Qt needs are looked up first: root gets the missing ones installed, anyone else is told the
line to run. `lock` makes the lock files anew from pyproject.toml.

Everything this script says goes to stderr, so that the standard output is the program's own.
pip runs with the settings the computer has (mirror, certificate, proxy); none is given here.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "made-from.json"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
EXE = ".exe" if os.name == "nt" else ""
LOCKS = {"run": ROOT / "installer/requirements.lock", "test": ROOT / "installer/requirements-dev.lock"}
PYTHONS = ((3, 11), (3, 13))

# Debian's package names. Qt's own wheels hold Qt itself; these are what Qt in turn asks of the system.
QT = (
    "libglib2.0-0 libegl1 libgl1 libx11-6 libbrotli1 libdbus-1-3 libfontconfig1 libfreetype6 libgssapi-krb5-2 "
    "libxkbcommon0 libxcomposite1 libxdamage1 libxext6 libxfixes3 libxrandr2 libxtst6 libasound2 libexpat1 libgbm1 "
    "libnspr4 libnss3 libxcb-dri3-0 libxcb1 libxkbfile1 fonts-ipaexfont"
).split()
SCREEN = (
    "libx11-xcb1 libxcb-cursor0 libxcb-glx0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 "
    "libxcb-render-util0 libxcb-render0 libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-util1 libxcb-xfixes0 "
    "libxcb-xkb1 libxkbcommon-x11-0 libwayland-client0 libwayland-cursor0 libwayland-egl1"
).split()
# Second readers of what the program writes (PDF, Excel), a screen, a real keyring, and the watch on system calls.
WITNESSES = "xvfb xauth dbus-daemon gnome-keyring poppler-utils libreoffice-calc python3-uno strace".split()
# Newer Debian and Ubuntu renamed these when time became 64 bits wide.
RENAMED = {"libglib2.0-0": "libglib2.0-0t64", "libasound2": "libasound2t64"}


class Stop(Exception):
    """Why it cannot go on, in Japanese and English, for the person at the keyboard."""


def tell(*lines: str) -> None:
    for line in lines:
        print(line, file=sys.stderr, flush=True)


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    """Run one step of the set-up; its output goes to stderr, a failure ends the set-up."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    if done.returncode:
        raise Stop(f"失敗しました / This step failed ({done.returncode}): {' '.join(words)}")


# --- system libraries ------------------------------------------------------------------------------------------


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def has_screen() -> bool:
    """Whether a window can be shown: always so on Windows and macOS."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def missing_packages(wanted: list[str]) -> list[str]:
    """Those of `wanted` that dpkg does not know as installed, under their old or new name."""
    names = [*wanted, *(RENAMED[name] for name in wanted if name in RENAMED)]
    answer = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *names],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    there = {line.split()[0] for line in answer.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in wanted if name not in there and RENAMED.get(name) not in there]


def names_here(packages: list[str]) -> list[str]:
    """The packages under the names this release of the system knows."""
    return [
        RENAMED[name]
        if name in RENAMED and not subprocess.run(["apt-cache", "show", RENAMED[name]], capture_output=True).returncode
        else name
        for name in packages
    ]


def system_libraries(wanted: list[str]) -> None:
    """Install what is missing (root on Debian and its relatives) or say the line that would."""
    if not sys.platform.startswith("linux"):
        return
    if not shutil.which("dpkg-query"):
        tell(
            "この Linux では必要なシステムライブラリを確認できません。Qt が起動しないときは導入してください。",
            "Cannot check the system libraries on this Linux; Qt needs the equivalents of:",
            "  " + " ".join(wanted),
        )
        return
    if importlib.util.find_spec("ensurepip") is None:
        wanted = ["python3-venv", *wanted]
    missing = missing_packages(wanted)
    if not missing:
        return
    if not is_root() or not shutil.which("apt-get"):
        line = "apt-get install -y --no-install-recommends " + " ".join(names_here(missing))
        raise Stop(
            "必要なシステムライブラリが足りません。管理者が次の行を実行してから、もう一度お試しください。\n"
            "System libraries are missing. Run this line, then try again:\n\n"
            f"  sudo apt-get update && sudo {line}\n"
        )
    tell(f"システムライブラリを導入します / Installing system libraries: {' '.join(missing)}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # A source that does not answer is no reason to stop: the install itself tells whether the rest was enough.
    subprocess.run(
        ["apt-get", "-o", "DPkg::Lock::Timeout=300", "update", "-q"],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
    )
    options = ["-o", "DPkg::Lock::Timeout=300", "-y", "-q", "--no-install-recommends"]
    run("apt-get", "install", *options, *names_here(missing), env=env)
    still = missing_packages(wanted)
    if still:
        raise Stop(f"導入できませんでした / Still missing: {' '.join(still)}")


# --- Python's own folder ---------------------------------------------------------------------------------------


def digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def base_python() -> str:
    """The Python that .venv is made from, also when this script runs on .venv's own Python."""
    return getattr(sys, "_base_executable", None) or sys.executable


def ready(kind: str) -> None:
    """Make .venv hold exactly the lock of `kind` ("run" or "test") and the project itself, editable."""
    base = {
        "python": [platform.python_version(), platform.machine(), base_python(), str(ROOT)],
        "locks": digest(*LOCKS.values()),
    }
    project = digest(ROOT / "pyproject.toml")
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        stamp = {}
    fresh = any(stamp.get(key) != value for key, value in base.items())
    kinds = [] if fresh else list(stamp.get("kinds", []))
    # The lock for tests holds the other one whole, so it serves for both.
    if not fresh and (kind in kinds or "test" in kinds) and stamp.get("project") == project:
        return
    if fresh:
        tell(f"{VENV.name} を作ります(数分かかることがあります) / Making {VENV.name} (this may take some minutes)")
        if VENV.exists():
            shutil.rmtree(VENV)
        run(base_python(), "-m", "venv", VENV)
    else:
        STAMP.unlink()
    python = BIN / f"python{EXE}"
    pip: list[str | Path] = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"]
    if kind not in kinds and "test" not in kinds:
        run(*pip, "--require-hashes", "--no-deps", "-r", LOCKS[kind])
        kinds.append(kind)
    run(*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    STAMP.write_text(json.dumps({**base, "project": project, "kinds": kinds}, indent=1), encoding="utf-8")


def children(offscreen: bool) -> dict[str, str]:
    """The environment of what is started: Chromium's sandbox cannot run as root, a test needs no screen."""
    env = {**os.environ, "PYTHONUTF8": "1"}
    env.pop("PYTHONHOME", None)
    env.pop("PYTHONPATH", None)
    if is_root():
        env["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    if offscreen:
        env["QT_QPA_PLATFORM"] = "offscreen"
    return env


# --- the commands ----------------------------------------------------------------------------------------------


def fresh_demo_folder() -> Path:
    """build/demo, or the first of build/demo-2, build/demo-3 … that is not there yet."""
    folder, number = ROOT / "build" / "demo", 1
    while folder.exists():
        number += 1
        folder = ROOT / "build" / f"demo-{number}"
    return folder


def demo(arguments: list[str]) -> int:
    screen = has_screen()
    system_libraries(QT + (SCREEN if screen else []))
    ready("run")
    if not any(word == "--out" or word.startswith("--out=") for word in arguments):
        folder = fresh_demo_folder()
        folder.parent.mkdir(exist_ok=True)
        tell(f"架空の台帳を作ります / The fictitious registry is made in: {folder}")
        arguments = ["--out", str(folder), *arguments]
    if not screen and "--no-window" not in arguments:
        tell(
            "画面がないため、窓は開かずに台帳と帳票だけを作ります。",
            "There is no screen here: the registry and the papers are made, no window opens.",
        )
        arguments = [*arguments, "--no-window"]
    command = [str(BIN / f"hoken-desktop{EXE}"), "demo", *arguments]
    return subprocess.run(command, env=children(offscreen=not screen)).returncode


def test(arguments: list[str]) -> int:
    system_libraries(QT + SCREEN + WITNESSES)
    ready("test")
    # The whole suite in two processes; files stay whole, so that what they set up is made once.
    command = [str(BIN / f"python{EXE}"), "-m", "pytest", *(arguments or ["-n", "2", "--dist", "loadfile"])]
    return subprocess.run(command, cwd=ROOT, env=children(offscreen=True)).returncode


def bench(names: list[str]) -> int:
    system_libraries(QT + SCREEN + WITNESSES)
    ready("test")
    known = {file.stem.removeprefix("bench_"): file for file in sorted((ROOT / "tests/bench").glob("bench_*.py"))}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Stop(f"ありません / No such measurement: {' '.join(unknown)} ({' '.join(known) or '-'})")
    worst = 0
    for name in names or list(known):
        tell(f"— {name}")
        command = [str(BIN / f"python{EXE}"), str(known[name])]
        worst = max(worst, abs(subprocess.run(command, cwd=ROOT, env=children(offscreen=True)).returncode))
    return worst


def lock(arguments: list[str]) -> int:
    """Make both locks anew: newest versions within pyproject.toml's bounds, the second a part of the first."""
    if arguments and arguments != ["--upgrade"]:
        raise Stop("lock は --upgrade 以外の引数を取りません / lock takes no argument but --upgrade")
    tools = ROOT / "build" / "lock-tools"
    uv = tools / ("Scripts" if os.name == "nt" else "bin") / f"uv{EXE}"
    if not uv.exists():
        run(base_python(), "-m", "venv", "--clear", tools)
        run(uv.with_name(f"python{EXE}"), "-m", "pip", "install", "--quiet", "uv>=0.9,<1")
    compile_: list[str | Path] = [uv, "pip", "compile", "--quiet", "pyproject.toml", "--universal", "--generate-hashes"]
    compile_ += ["--python-version", "3.11", "--custom-compile-command", "python3 installer/dev.py lock", *arguments]
    # Paths relative to the project's folder: they are written into the files.
    full, small = (str(LOCKS[kind].relative_to(ROOT).as_posix()) for kind in ("test", "run"))
    run(*compile_, "--group", "dev", "-o", full)
    run(*compile_, "--group", "build", "-c", full, "-o", small)
    for file in LOCKS.values():
        if "://" in file.read_text("utf-8"):
            raise Stop(f"アドレスが書かれています / An address was written into {file.name}")
    return 0


def main(words: list[str]) -> int:
    commands = {"demo": demo, "test": test, "bench": bench, "lock": lock}
    if not words or words[0] not in commands:
        tell(__doc__ or "")
        return 0 if words and words[0] in ("-h", "--help", "help") else 2
    try:
        if not PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
            raise Stop(
                f"Python 3.11〜3.13 が必要です(これは {sys.version.split()[0]}) / Python 3.11 to 3.13 is needed, "
                f"this is {sys.version.split()[0]}"
            )
        return commands[words[0]](words[1:])
    except Stop as stop:
        tell(str(stop))
        return 2
    except KeyboardInterrupt:
        tell("中断しました / Stopped")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
