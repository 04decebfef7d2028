"""Write the reports that test_replay.py compares with anew: python tests/regenerate_golden.py

Do this only after a change that is meant to change reports, and read the difference before committing it.
"""

import json

from replays import GOLDEN, document, golden_path


def main() -> None:
    for exercise, name in GOLDEN.items():
        golden_path(exercise).write_text(json.dumps(document(name), indent=1) + "\n", encoding="utf-8")
        print(golden_path(exercise))


if __name__ == "__main__":
    main()
