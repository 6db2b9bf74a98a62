"""The smallest guest: a boot sector that says hello on the serial port and obeys the power button.

It tells whether an accelerator really boots guests. On the `pc` machine ACPI power management is at
0x600 (status), 0x602 (enable) and 0x604 (control).
"""

from __future__ import annotations

HELLO = b"GUEST boot-finished nano"
ORIGIN = 0x7C00
SIZE = (
    1 << 20
)  # bytes of the whole disk: QEMU derives a geometry from it, and firmware will not read less than a cylinder

CODE = (
    ("31c0 8ed8 8ed0", "xor ax,ax; mov ds,ax; mov ss,ax"),
    ("bc007c fc", "mov sp,0x7c00; cld"),
    ("be397c", "mov si,message"),
    ("ac 84c0 740c", "next: lodsb; test al,al; jz ready"),
    ("baf803 ee", "mov dx,0x3f8; out dx,al          ; serial port"),
    ("b40e 31db cd10", "mov ah,0xe; xor bx,bx; int 0x10  ; screen"),
    ("ebef", "jmp next"),
    ("ba0206 b80001 ef", "ready: mov dx,0x602; mov ax,0x100; out dx,ax ; power button on"),
    ("fb f4", "idle: sti; hlt                   ; the clock wakes us 18 times a second"),
    ("ba0006 ed f6c401 74f5", "mov dx,0x600; in ax,dx; test ah,1; jz idle ; pressed?"),
    ("ba0406 b80020 ef", "mov dx,0x604; mov ax,0x2000; out dx,ax ; power off"),
    ("ebec", "jmp idle"),
)


def boot_sector() -> bytes:
    """The program, 512 bytes with the boot signature."""
    code = b"".join(bytes.fromhex(octets) for octets, _ in CODE)
    return (code + HELLO + b"\r\n\0").ljust(510, b"\0") + b"\x55\xaa"


def disk() -> bytes:
    """A raw disk that boots the program."""
    return boot_sector().ljust(SIZE, b"\0")
