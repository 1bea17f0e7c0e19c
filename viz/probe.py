"""Can this machine draw in 3D? Asked before VTK is loaded, because VTK answers with a segmentation fault."""

import ctypes
import os
import sys
from collections.abc import MutableMapping
from importlib.util import find_spec

from biomech.errors import InputError

WINDOW = "VTK_DEFAULT_OPENGL_WINDOW"  # tells VTK which kind of window to make
INSTALL = (
    "3D pictures need a software OpenGL library: "
    "apt-get install -y --no-install-recommends libegl1 libgl1-mesa-dri (Debian, Ubuntu)"
)
NO_PYVISTA = "3D pictures need PyVista: pip install 'biomech[viz]'"

_EGL_PLATFORM_DEVICE = 0x313F
_EGL_OPENGL_API = 0x30A2
_EGL_RENDERABLE_TYPE, _EGL_OPENGL_BIT = 0x3040, 0x0008
_EGL_SURFACE_TYPE, _EGL_PBUFFER_BIT = 0x3033, 0x0001
_EGL_NONE = 0x3038


def probe(env: MutableMapping[str, str] = os.environ) -> str | None:
    """Say what is missing for 3D pictures, or nothing.

    Returns
    -------
    str or None
        None when a picture can be drawn off screen (and VTK has been told how, by an
        environment variable); otherwise one line that says what to install.
    """
    if not has_pyvista():
        return NO_PYVISTA
    if sys.platform != "linux":
        return None  # macOS and Windows bring OpenGL with them
    works = {"vtkEGLRenderWindow": _egl, "vtkOSOpenGLRenderWindow": _osmesa, "vtkXOpenGLRenderWindow": _display}
    wanted = env.get(WINDOW)
    if wanted in works:  # the user's choice, or ours from before: try it alone
        return None if works[wanted]() else f"{INSTALL}; {WINDOW}={wanted} does not work here"
    for name, check in works.items():
        if check():
            env[WINDOW] = name
            return None
    return INSTALL


def has_pyvista() -> bool:
    """Whether PyVista is installed with the VTK it stands on."""
    return find_spec("pyvista") is not None and find_spec("vtkmodules") is not None


def need_meshes() -> None:
    """Refuse, in one line, to make shapes without the library for it; OpenGL is not needed for that."""
    if not has_pyvista():
        raise InputError(NO_PYVISTA)


def need_3d() -> None:
    """Refuse, in one line, what this machine cannot draw."""
    missing = probe()
    if missing:
        raise InputError(missing)


def screen(env: MutableMapping[str, str] = os.environ) -> str | None:
    """Say what is missing for a window on a screen, or nothing."""
    if not has_pyvista():
        return NO_PYVISTA
    if sys.platform == "linux":
        if not _display():
            return "no screen: DISPLAY names no X server that answers"
        env[WINDOW] = "vtkXOpenGLRenderWindow"
    return None


def _library(*names: str) -> ctypes.CDLL | None:
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def _display() -> bool:
    """An X server that answers, and OpenGL to draw on it."""
    x11 = _library("libX11.so.6") if os.environ.get("DISPLAY") else None
    if x11 is None or _library("libGL.so.1") is None:
        return False
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XOpenDisplay.argtypes = [ctypes.c_char_p]
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    server = x11.XOpenDisplay(None)
    if not server:
        return False
    x11.XCloseDisplay(server)
    return True


def _osmesa() -> bool:
    return _library("libOSMesa.so.8", "libOSMesa.so.6", "libOSMesa.so") is not None


def _egl() -> bool:
    """The EGL loader, and a driver behind it that can draw desktop OpenGL into memory."""
    egl = _library("libEGL.so.1")
    if egl is None:
        return False
    try:
        egl.eglGetProcAddress.restype = ctypes.c_void_p
        egl.eglGetProcAddress.argtypes = [ctypes.c_char_p]
        egl.eglInitialize.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
        query = egl.eglGetProcAddress(b"eglQueryDevicesEXT")
        connect = egl.eglGetProcAddress(b"eglGetPlatformDisplayEXT")
        if not query or not connect:
            return False
        count = ctypes.c_int(0)
        query_devices = ctypes.CFUNCTYPE(ctypes.c_uint, ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_int))(query)
        if not query_devices(0, None, ctypes.byref(count)) or count.value < 1:
            return False
        devices = (ctypes.c_void_p * count.value)()
        query_devices(count.value, ctypes.cast(devices, ctypes.c_void_p), ctypes.byref(count))
        platform_display = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p)(connect)
        displays = (platform_display(_EGL_PLATFORM_DEVICE, device, None) for device in devices[: count.value])
        return any(d and egl.eglInitialize(d, None, None) and _has_opengl(egl, d) for d in displays)
    except AttributeError:  # a library of that name, but not EGL
        return False


def _has_opengl(egl: ctypes.CDLL, display: int) -> bool:
    egl.eglBindAPI.argtypes = [ctypes.c_uint]
    egl.eglChooseConfig.argtypes = [
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_int,
        ctypes.POINTER(ctypes.c_int),
    ]
    wish = (ctypes.c_int * 5)(_EGL_SURFACE_TYPE, _EGL_PBUFFER_BIT, _EGL_RENDERABLE_TYPE, _EGL_OPENGL_BIT, _EGL_NONE)
    found = ctypes.c_int(0)
    asked = egl.eglChooseConfig(display, ctypes.cast(wish, ctypes.c_void_p), None, 0, ctypes.byref(found))
    return bool(egl.eglBindAPI(_EGL_OPENGL_API)) and bool(asked) and found.value > 0
