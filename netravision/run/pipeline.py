"""One run: entries in, rows of the store out as soon as they are known, each picture once."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from netravision.arguments import Kind
from netravision.errors import PhotoError
from netravision.imaging.file import file_status
from netravision.imaging.file_type import VIDEO_FORMATS
from netravision.imaging.inspection import inspect_file
from netravision.languages import in_language
from netravision.progress import How
from netravision.result import NOT_A_PICTURE, Failure, Known, Origin
from netravision.run.appearance import Appearance
from netravision.run.run import Run
from netravision.run.sources import Entry, kind_by_size
from netravision.workers import Engine, Task

__all__ = ["Step", "screen_entries"]

#: Failures of reading that say nothing about the content, which may lie elsewhere as well.
_UNREADABLE_BYTES = ("vanished", "permission_denied")

#: Photos read ahead for each worker. Enough that one slow photo does not leave the others
#: without work; few enough that a stop loses little.
_AHEAD = 16


#: Contents that this call has given to the workers and that the store cannot answer for yet,
#: or never will: a copy of a photo that hangs is not waited for a second time.
_GivenOut = set[tuple[str, Kind]]


@dataclass(frozen=True, slots=True)
class Step:
    """One file of the run is in the store.

    Attributes
    ----------
    path : str
    how : {"screened", "repeated", "kept", "failed", "skipped"}
        As :data:`netravision.progress.How` says.
    """

    path: str
    how: How


def screen_entries(
    run: Run, entries: Iterable[Entry], workers: Engine
) -> Generator[Step, None, None]:
    """Screen entries into a run; what is done already is not done again.

    Each photo is kept as soon as it is finished, also while others that were begun before it are
    not: a process that is killed loses what its workers were looking at, and nothing else.

    Parameters
    ----------
    run : Run
        From :meth:`Run.start`.
    entries : iterable of Entry
    workers : Engine
        Built for the run's own copy of the watchlist.

    Yields
    ------
    Step

    Raises
    ------
    NetravisionError
        If the workers cannot be set up.
    """
    under_way: list[_Pending] = []
    given_out: _GivenOut = set()
    try:
        for entry in entries:
            under_way.append(_begin(run, entry, workers, given_out))
            yield from _finish_ready(run, under_way, workers, given_out)
            while len(under_way) > _AHEAD * workers.count:
                workers.wait(_tasks(under_way))
                yield from _finish_ready(run, under_way, workers, given_out)
        while under_way:
            workers.wait(_tasks(under_way))
            yield from _finish_ready(run, under_way, workers, given_out)
    except (KeyboardInterrupt, GeneratorExit):
        for pending in under_way:
            if pending.task is not None and pending.task.is_finished:
                _finish(run, pending, workers, given_out)
        raise


@dataclass(frozen=True, slots=True)
class _Pending:
    appearance: Appearance
    task: Task | None
    kept: bool = False
    to_ask: frozenset[str] = frozenset()


def _begin(run: Run, entry: Entry, workers: Engine, given_out: _GivenOut) -> _Pending:
    """Find out what is known about a file, and give it to the workers if nothing is."""
    size, mtime_ns = _signature(entry)
    known = run.store.appearance(entry.file)
    if known is not None and _is_unchanged(run, known, entry, size, mtime_ns):
        told = replace(
            known,
            path=entry.path,
            account=entry.account,
            posted_at=entry.posted_at,
            url=entry.url,
            guessed=entry.kind is None,
            known_from=_known_from(entry, known.kind),
        )
        return _Pending(told, None, kept=True)
    appearance = Appearance(
        file=entry.file,
        path=entry.path,
        account=entry.account,
        kind=entry.kind or "post",
        guessed=entry.kind is None,
        posted_at=entry.posted_at,
        url=entry.url,
        size=size,
        mtime_ns=mtime_ns,
        sha256=None,
        known_from=entry.known_from,
    )
    try:
        with in_language("en"):  # as everything that is stored
            info = inspect_file(entry.file)
    except PhotoError as error:
        return _Pending(replace(appearance, error=_failure(error)), None)
    if info.refusal is not None:
        failure = _failure(info.refusal)
        return _Pending(replace(appearance, sha256=info.sha256, error=failure), None)
    kind: Kind = "frame" if info.format in VIDEO_FORMATS else entry.kind or kind_by_size(info.size)
    appearance = replace(
        appearance,
        sha256=info.sha256,
        image_digest=info.image_digest,
        kind=kind,
        known_from=_known_from(entry, kind),
    )
    digest = info.image_digest or info.sha256
    to_ask = run.to_ask(digest, kind)
    if (digest, kind) in given_out or not to_ask:
        return _Pending(appearance, None, to_ask=to_ask)
    given_out.add((digest, kind))
    task = workers.submit(entry.file, kind, info.sha256, to_ask)
    return _Pending(appearance, task, to_ask=to_ask)


def _known_from(entry: Entry, kind: Kind) -> Mapping[Known, Origin]:
    """Where things are known from; that a file is a video, its content says."""
    if kind != "frame":
        return entry.known_from
    return {name: origin for name, origin in entry.known_from.items() if name != "kind"}


def _failure(error: PhotoError) -> Failure:
    return Failure(error.code, str(error))


def _tasks(under_way: Iterable[_Pending]) -> list[Task]:
    return [pending.task for pending in under_way if pending.task is not None]


def _finish_ready(
    run: Run, under_way: list[_Pending], workers: Engine, given_out: _GivenOut
) -> Iterator[Step]:
    """Finish what needs not be waited for, and take it out of what is under way."""
    looked_at = {
        (pending.appearance.content, pending.appearance.kind)
        for pending in under_way
        if pending.task is not None and not pending.task.is_finished
    }
    for pending in list(under_way):
        if pending.task is not None:
            is_ready = pending.task.is_finished
        else:
            # A copy waits for the photo that answers for it.
            content = pending.appearance.content, pending.appearance.kind
            is_ready = pending.kept or content not in looked_at
        if is_ready:
            under_way.remove(pending)
            yield _finish(run, pending, workers, given_out)


def _signature(entry: Entry) -> tuple[int | None, int | None]:
    try:
        status = file_status(entry.file)
    except OSError:
        return None, None
    return status.st_size, status.st_mtime_ns


def _is_unchanged(
    run: Run, known: Appearance, entry: Entry, size: int | None, mtime_ns: int | None
) -> bool:
    if size is None or (known.size, known.mtime_ns) != (size, mtime_ns):
        return False
    # A kind guessed from the picture stays, as a video does; one that was told must be told
    # again.
    if known.kind not in (entry.kind, "frame") and not (entry.kind is None and known.guessed):
        return False
    # What could not be read may be readable now, and to try it costs next to nothing.
    if known.content is None:
        return False
    if known.error is not None:
        return True
    return not run.to_ask(known.content, known.kind)


def _finish(run: Run, pending: _Pending, workers: Engine, given_out: _GivenOut) -> Step:
    appearance, task = pending.appearance, pending.task
    is_skipped = appearance.error is not None and appearance.error.code == NOT_A_PICTURE
    if pending.kept:
        if run.store.appearance(appearance.file) != appearance:
            run.store.add(appearance)
        return Step(appearance.path, "skipped" if is_skipped else "kept")
    if appearance.error is not None:
        run.store.add(appearance)
        return Step(appearance.path, "skipped" if is_skipped else "failed")
    digest, kind = appearance.content or "", appearance.kind
    if task is None and not run.to_ask(digest, kind, retry=False):
        run.store.add(appearance)
        return Step(appearance.path, "repeated")
    # Without a task here, the copy that was to answer for this one has gone or changed.
    sha256, to_ask = appearance.sha256 or "", pending.to_ask
    result = workers.result(task or workers.submit(appearance.file, kind, sha256, to_ask))
    detectors = frozenset(run.watchlist.detectors)
    if result.photo.sha256 not in (None, sha256) and to_ask != detectors:
        # Replaced between the two readings: the other detectors know nothing of the new file.
        to_ask = detectors
        result = workers.result(workers.submit(appearance.file, kind, sha256, to_ask))
    if result.error is not None and result.error.code in _UNREADABLE_BYTES:
        run.store.add(replace(appearance, sha256=None, image_digest=None, error=result.error))
        return Step(appearance.path, "failed")
    read = result.photo.sha256
    if read not in (None, appearance.sha256):
        # Replaced between the two readings. What was screened counts; without a time of
        # change the next call reads it again.
        appearance = replace(appearance, sha256=read, image_digest=None, mtime_ns=None)
    asked = None if to_ask == detectors else to_ask
    run.store.add(appearance, result, search=run.search, detectors=asked)
    answer = run.store.answer(digest, kind)
    if answer is not None and answer.is_settled:
        given_out.discard((digest, kind))
    return Step(appearance.path, result.status)
