"""`python -m bot`, and the entry point of `partnership-bot`."""

from bot.cli.main import main

if __name__ == "__main__":
    main()
