"""Inputs with which a fuzzer broke a target, by target. Each is mended; each is tried for ever."""

FOUND: dict[str, tuple[bytes, ...]] = {
    # A made-up boot token whose org or user held the separator of the table's keys.
    "boot_tokens": (b"\x01WyJhI21lIiwiYWxpY2UiLG51bGwsbnVsbF0",),
    # Rows changed by hand that ended in a crash and not in `integrity_error`.
    "stored_rows": (b"\x0d\x01\x0c\x01\x00\x03abc",),
    # A garbled answer of DynamoDB that was no error of the SDK's kind.
    "table_answers": (b'{"Items": [{"pk": {"S": "a"}, "b": {"B": "YQ?="}}], "Count": 1}',),
}
