"""Owns the workers of tests: who is alive is what the test says."""


class FixedWorkers:
    """Knows one living worker, and as gone whoever was killed; renaming is a restart."""

    def __init__(self, name: str = "worker-1") -> None:
        self._name = name
        self._gone: set[str] = set()

    @property
    def me(self) -> str:
        """The name of this process."""
        return self._name

    def is_gone(self, name: str) -> bool:
        """Return whether that worker was killed."""
        return name in self._gone

    def kill(self, name: str) -> None:
        """Let a worker be dead for sure from now on."""
        self._gone.add(name)

    def become(self, name: str) -> None:
        """Go on as another worker; the former one stays alive unless it was killed."""
        self._name = name
