"""Masks one stream, in chunks of any size: the output does not depend on where the chunks end."""

from bootseal_cli.vm.redactor.patterns import ANCHOR, Hit, Patterns


class Masker:
    """One stream. Every byte that is part of any text to hide is left out, and its name stands there once.

    Of texts that begin at one place the longest counts. Texts that overlap are hidden together, each by its name.
    Kept back is only what may still turn out to be the beginning of a text, so at most the longest text.
    """

    def __init__(self, patterns: Patterns) -> None:
        self._patterns = patterns
        self._data = b""
        self._done = 0  # bytes of _data that are out already, as themselves or masked
        self._scanned = 0  # bytes of _data in which the anchors are known
        self._hits: list[Hit] = []
        self._label = b""  # the mask that ends at _done, if a mask ends there

    @property
    def held(self) -> bytes:
        """What is kept back now, as it may be the beginning of a text."""
        return self._data[self._done :]

    @property
    def begun(self) -> int:
        """How many bytes the text has that may have begun, those already released counted too."""
        return len(self._data)

    def feed(self, chunk: bytes) -> bytes:
        """Take the next bytes of the stream and return what can go out."""
        self._data = self._data + chunk if self._data else chunk
        self._scan()
        return self._emit(final=False)

    def flush(self) -> bytes:
        """Return what is kept back, as the stream ends or pauses for good. Texts that are complete in it are masked."""
        return self._emit(final=True)

    def release(self) -> bytes:
        """Return what is kept back as it is, and remember it: if a text completes, the rest of it is masked."""
        shown = self.held
        self._done = len(self._data)
        if shown:
            self._label = b""
        return shown

    def _scan(self) -> None:
        if len(self._data) == self._scanned:
            return
        known, buckets = self._scanned, self._patterns.buckets
        hits = self._patterns.anchors_in(self._data, max(0, known - ANCHOR + 1))
        if known:
            hits = [hit for hit in hits if hit[0] + buckets[hit[1]].size > known]
        self._hits.extend(hits)
        self._hits.sort()
        self._scanned = len(self._data)

    def _emit(self, *, final: bool) -> bytes:
        data = self._data
        hold = len(data) if final else len(data) - self._patterns.beginning_at_end(data)
        out: list[bytes] = []
        used = 0
        for start, bucket in self._hits:
            if start >= hold:
                break
            text = self._longest(start, bucket, final)
            if text is None:
                hold = start
                break
            used += 1
            if text:
                self._mask(start, text, out)
        self._copy(hold, out)
        self._forget(hold, used)
        return b"".join(out)

    def _longest(self, start: int, bucket: int, final: bool) -> bytes | None:
        """Return the longest text at `start`, b"" where there is none, None where that is not known yet."""
        data = self._data
        left = len(data) - start
        for text in self._patterns.buckets[bucket].at(data, start):
            if len(text) <= left:
                if data.startswith(text, start):
                    return text
            elif not final and text.startswith(data[start:]):
                return None
        return b""

    def _mask(self, start: int, text: bytes, out: list[bytes]) -> None:
        end = start + len(text)
        if end <= self._done:
            return
        overlaps = start < self._done
        self._copy(start, out)
        label = self._patterns.labels[text]
        if not (overlaps and label == self._label):
            out.append(label)
        self._done = end
        self._label = label

    def _copy(self, end: int, out: list[bytes]) -> None:
        if end > self._done:
            out.append(self._data[self._done : end])
            self._done = end
            self._label = b""

    def _forget(self, size: int, used: int) -> None:
        """Drop the first `size` bytes, all of them out, and the first `used` hits, all of them dealt with."""
        if size:
            self._data = self._data[size:]
            self._done -= size
            self._scanned -= size
        if self._hits:
            self._hits = [(start - size, bucket) for start, bucket in self._hits[used:]]
