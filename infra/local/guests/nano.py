"""The nano guest: a 512-byte boot sector that greets on serial and screen, sleeps, and obeys the power button.

It needs 1 MiB of disk and 16 MiB of memory, and boots in half a second even under software emulation. Asleep it uses no
CPU at all: its only interrupt is the ACPI event of the power button.
"""

from __future__ import annotations

import struct

GREETING = b"GUEST boot-finished nano\r\n\0"
ORIGIN = 0x7C00  # where a PC's firmware loads a boot sector
SECTOR = 512
IMAGE_BYTES = 1 << 20

# Power management registers as SeaBIOS places them on the machines `pc` and `q35`.
SMI_COMMAND, ACPI_ENABLE = 0xB2, 0xF1
PM_ENABLE, POWER_BUTTON = 0x602, 0x0100
PM_CONTROL, SLEEP_S5 = 0x604, 0x2000
ACPI_VECTOR = 0x71  # interrupt line 9


def _word(value: int) -> bytes:
    return struct.pack("<H", value)


def _move(register: str, value: int) -> bytes:
    """`mov register, value` for a 16-bit register."""
    return bytes([0xB8 + ("ax", "cx", "dx", "bx", "sp", "bp", "si", "di").index(register)]) + _word(value)


def _write_port(port: int, value: int) -> bytes:
    """Write a 16-bit value to an I/O port."""
    return _move("dx", port) + _move("ax", value) + b"\xef"


def _write_byte(port: int, value: int) -> bytes:
    """Write a byte to one of the first 256 I/O ports."""
    return bytes([0xB0, value, 0xE6, port])


def _prologue() -> bytes:
    flat_segments = b"\x31\xc0\x8e\xd8\x8e\xc0\x8e\xd0"  # xor ax,ax; mov ds,ax; mov es,ax; mov ss,ax
    return b"\xfa" + flat_segments + _move("sp", ORIGIN) + b"\xfb\xfc"  # cli ... sti; cld


def _print(message: int) -> bytes:
    """Send the zero-ended text at address `message` to the first serial port and to the screen."""
    body = (
        b"\x50\xb4\x01\x31\xd2\xcd\x14\x58"  # push ax; mov ah,1; xor dx,dx; int 0x14 (serial); pop ax
        b"\xb4\x0e\xbb\x07\x00\xcd\x10"  # mov ah,0x0e; mov bx,7; int 0x10 (screen)
    )
    head = b"\xac\x84\xc0\x74" + bytes([len(body) + 2])  # next: lodsb; test al,al; jz done
    loop = head + body
    return _move("si", message) + loop + b"\xeb" + bytes([256 - len(loop) - 2])  # jmp next


def _sleep(power_off: int) -> bytes:
    """Route the power button to the code at address `power_off`, then halt for ever."""
    offset = b"\xc7\x06" + _word(ACPI_VECTOR * 4) + _word(power_off)
    segment = b"\xc7\x06" + _word(ACPI_VECTOR * 4 + 2) + _word(0)
    only_line_9 = _write_byte(0x21, 0xFB) + _write_byte(0xA1, 0xFD)
    events = _write_byte(SMI_COMMAND, ACPI_ENABLE) + _write_port(PM_ENABLE, POWER_BUTTON)
    return b"\xfa" + offset + segment + only_line_9 + events + b"\xfb\xf4\xeb\xfd"  # cli ... sti; again: hlt; jmp again


def boot_sector() -> bytes:
    """The whole program."""
    lengths = len(_prologue()), len(_print(0)), len(_sleep(0))
    power_off_at = ORIGIN + sum(lengths)
    power_off = _write_port(PM_CONTROL, SLEEP_S5) + b"\xf4"
    code = _prologue() + _print(power_off_at + len(power_off)) + _sleep(power_off_at) + power_off + GREETING
    return code.ljust(SECTOR - 2, b"\0") + b"\x55\xaa"


def disk_image() -> bytes:
    """A raw disk that boots the nano guest."""
    return boot_sector().ljust(IMAGE_BYTES, b"\0")
