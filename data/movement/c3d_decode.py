"""Decodes one C3D file in a process of its own: ``python c3d_decode.py IN.c3d OUT.npz``.

ezc3d believes what a file says of itself; a damaged one can make it run without end, ask for all
memory or crash, which here hurts nobody. Started by :mod:`data.movement.c3d`.
"""

from __future__ import annotations

import resource
import sys

import numpy as np

MOST_MEMORY = 6 << 30


def main(source: str, target: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    import ezc3d

    held = ezc3d.c3d(source)
    about = held["parameters"]["POINT"]

    def text(key: str) -> str:
        return next(iter(about[key]["value"]), "").strip() if key in about else ""

    np.savez(
        target,
        # Markers beyond the 255 that one parameter holds are in LABELS2, and so on.
        labels=[
            label.strip()
            for key in sorted(about)
            if key.startswith("LABELS")
            for label in about[key]["value"]
        ],
        unit=text("UNITS"),
        up=text("Y_SCREEN"),
        fps=held["header"]["points"]["frame_rate"],
        values=held["data"]["points"][:3].transpose(2, 1, 0),
        residuals=held["data"]["meta_points"]["residuals"][0].T,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
