"""A glTF 2.0 file under construction: arrays in one buffer, nodes that carry meshes, and how they move."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biomech.viz.reading import Floats, Frame

_NUMBERS = {"f4": 5126, "u1": 5121, "u2": 5123, "u4": 5125}
_SHAPES = {1: "SCALAR", 3: "VEC3", 4: "VEC4", 16: "MAT4"}
_VERTICES, _INDICES = 34962, 34963
Json = dict[str, Any]


class GltfFile:
    """Collects the parts of a file; indices are what the methods give back."""

    def __init__(self, generator: str, extras: Mapping[str, Any]) -> None:
        self.tree: Json = {
            "asset": {"version": "2.0", "generator": generator},
            "scene": 0,
            "scenes": [{"nodes": [], "extras": dict(extras)}],
            "nodes": [], "meshes": [], "materials": [], "accessors": [], "bufferViews": [], "skins": [], "animations": [],
        }  # fmt: skip
        self._block = bytearray()

    def _add(self, kind: str, entry: Json) -> int:
        self.tree[kind].append(entry)
        return len(self.tree[kind]) - 1

    def array(self, values: NDArray[Any], *, target: int | None = None, normalized: bool = False, bounds: bool = False) -> int:
        """An array in the buffer, one row an element."""
        rows = values.reshape(len(values), -1)
        start = len(self._block)
        self._block += rows.tobytes() + b"\0" * (-rows.nbytes % 4)
        view = self._add("bufferViews", {"buffer": 0, "byteOffset": start, "byteLength": rows.nbytes})
        if target:
            self.tree["bufferViews"][view]["target"] = target
        entry: Json = {
            "bufferView": view, "componentType": _NUMBERS[values.dtype.str[1:]], "count": len(rows), "type": _SHAPES[rows.shape[1]],
        }  # fmt: skip
        if normalized:
            entry["normalized"] = True
        if bounds:
            entry |= {"min": rows.min(axis=0).tolist(), "max": rows.max(axis=0).tolist()}
        return self._add("accessors", entry)

    def material(self, name: str, colour: Sequence[float] = (1.0, 1.0, 1.0, 1.0)) -> int:
        """A dull surface; ``colour`` is light, not the numbers of a screen."""
        look = {"baseColorFactor": [float(v) for v in colour], "metallicFactor": 0.0, "roughnessFactor": 0.7}
        entry: Json = {"name": name, "pbrMetallicRoughness": look}
        if colour[3] < 1:
            entry |= {"alphaMode": "BLEND", "doubleSided": True}
        return self._add("materials", entry)

    def mesh(self, name: str, points: Floats, normals: Floats, faces: NDArray[Any], material: int, **more: NDArray[Any]) -> int:
        """A surface of triangles; ``COLOR_0``, ``JOINTS_0`` and ``WEIGHTS_0`` of its points may be given."""
        parts = {
            "POSITION": self.array(points.astype("<f4"), target=_VERTICES, bounds=True),
            "NORMAL": self.array(normals.astype("<f4"), target=_VERTICES),
        }
        for key, values in more.items():
            parts[key] = self.array(values, target=_VERTICES, normalized=key == "COLOR_0")
        small = "<u2" if len(points) < 65536 else "<u4"
        indices = self.array(faces.reshape(-1).astype(small), target=_INDICES)
        return self._add("meshes", {"name": name, "primitives": [{"attributes": parts, "indices": indices, "material": material}]})

    def node(self, name: str, mesh: int | None = None, *, parent: int | None = None, **more: Any) -> int:
        """A named thing, below the scene or below another; ``more`` is its translation, rotation, skin, extras …"""
        index = self._add("nodes", {"name": name, **({} if mesh is None else {"mesh": mesh}), **more})
        above = self.tree["scenes"][0]["nodes"] if parent is None else self.tree["nodes"][parent].setdefault("children", [])
        above.append(index)
        return index

    def skin(self, joints: Sequence[int], rest: Sequence[Frame]) -> int:
        """What lets a surface hang on nodes, which stand at ``rest`` (metres) where the surface was made."""
        matrices = np.stack([frame.inverse().matrix.T for frame in rest])  # columns first
        return self._add("skins", {"joints": list(joints), "inverseBindMatrices": self.array(matrices.astype("<f4"))})

    def animation(self, name: str, times: Floats, tracks: Sequence[tuple[int, str, Floats]], extras: Mapping[str, Any]) -> None:
        """Nodes over time: (node, "translation", "rotation" or "scale", values at the times); scales switch, the others glide."""
        clock = self.array(times.astype("<f4"), bounds=True)
        samplers, channels = [], []
        for node, path, values in tracks:
            samplers.append(
                {"input": clock, "output": self.array(values.astype("<f4")), "interpolation": "STEP" if path == "scale" else "LINEAR"}
            )
            channels.append({"sampler": len(samplers) - 1, "target": {"node": node, "path": path}})
        self._add("animations", {"name": name, "samplers": samplers, "channels": channels, "extras": dict(extras)})

    def packed(self, *, binary: bool) -> bytes:
        """The file: ``.glb``, or ``.gltf`` with its buffer inside."""
        tree = {key: value for key, value in self.tree.items() if value != []}
        buffer: Json = {"byteLength": len(self._block)}
        if not binary:
            buffer["uri"] = "data:application/octet-stream;base64," + base64.b64encode(self._block).decode("ascii")
        text = json.dumps({**tree, "buffers": [buffer]}, ensure_ascii=False, separators=(",", ":")).encode()
        if not binary:
            return text
        text += b" " * (-len(text) % 4)
        whole = 12 + 8 + len(text) + 8 + len(self._block)
        head = struct.pack("<4sII", b"glTF", 2, whole) + struct.pack("<I4s", len(text), b"JSON")
        return head + text + struct.pack("<I4s", len(self._block), b"BIN\0") + bytes(self._block)
