"""What to type once the stack is up. Every line works as it is printed, in the checkout."""

from pathlib import Path

from bootseal_cli.local.places import Places
from bootseal_cli.local.seeding import StackFile

_GUIDE = """
Bootseal is up.

  API      {api_url}
  Console  {console_url}
  AWS      {endpoint}  (emulator; region us-east-1, credentials test/test)
  Users    alice, bob, launcher (org acme), mallory (org globex); tokens and passwords in {stack_file}

Try it:

  {enter}export PATH="{bin}:$PATH" BOOTSEAL_API_URL="{api_url}"

  # alice stores a secret of her own, and one of the same name for the whole org
  bootseal login --local alice
  printf sk-alice-made-up-value-0001 | bootseal secrets set openai-api-key
  printf sk-everyone-made-up-value-0001 | bootseal secrets set openai-api-key --scope shared
  bootseal secrets list

  # the launcher gets a one-time boot token for her; her VM trades it for its environment
  vm=$(mktemp -d)
  bootseal local boot-token alice | bootseal boot --token-stdin --dir "$vm/alice"
  sh -c '. "$1" && echo "$OPENAI_API_KEY"' sh "$vm/alice/env.sh"  # sk-alice-made-up-value-0001

  # bob has none of his own and gets the shared one; mallory, of another org, sees neither
  bootseal local boot-token bob | bootseal boot --token-stdin --dir "$vm/bob"
  sh -c '. "$1" && echo "$OPENAI_API_KEY"' sh "$vm/bob/env.sh"    # sk-everyone-made-up-value-0001
  BOOTSEAL_TOKEN=$(bootseal local token mallory) bootseal secrets list

Stop it with `make down` (data stays) or empty it with `make reset`.
"""


def what_next(places: Places, stack: StackFile) -> str:
    """Return the guide for this stack."""
    here = Path.cwd().resolve()
    return _GUIDE.format(
        api_url=stack.api_url,
        console_url=stack.console_url,
        endpoint=stack.content["aws_endpoint_url"],
        stack_file=_short(places.stack_file, here),
        enter="" if here == places.root else f"cd {places.root} && ",
        bin="$PWD/.venv/bin",
    )


def _short(path: Path, here: Path) -> str:
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
