"""Random names that a person can tell apart, and random passwords, both within the API's rules."""

import random
import secrets
import string


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ADJECTIVES = _words(
    """
    Amber Bold Brave Breezy Bright Brisk Calm Cheery Clever Cosmic Crisp Daring Dizzy Eager Fancy Fleet
    Gentle Giddy Golden Grand Happy Hasty Humble Icy Jolly Keen Kind Lively Lucky Lunar Merry Mighty
    Misty Nimble Noble Plucky Polite Proud Quick Quiet Rapid Rosy Rusty Shiny Silent Silver Sleepy Sly
    Smooth Snowy Solar Sunny Swift Tidy Velvet Vivid Wily Witty Zesty
    """
)
ANIMALS = _words(
    """
    Badger Bear Beaver Bison Camel Cobra Condor Coyote Crane Dingo Dolphin Eagle Falcon Ferret Finch Fox
    Gecko Gibbon Hare Heron Ibex Iguana Jackal Jaguar Kestrel Koala Lemur Leopard Lion Llama Lynx Marmot
    Marten Mole Moose Newt Ocelot Orca Osprey Otter Owl Panda Panther Parrot Pelican Puffin Puma Rabbit
    Raccoon Raven Robin Salmon Seal Shark Sparrow Stork Tapir Tiger Toad Toucan Turtle Viper Walrus
    Weasel Wolf Wombat Yak Zebra
    """
)
_SYMBOLS = "_-!@#$%^&*()"
_PASSWORD_CHARACTERS = string.ascii_letters + string.digits + _SYMBOLS


def new_username(dice: random.Random | None = None) -> str:
    """A name such as `BriskOtter-4821`: 3 to 30 characters of [A-Za-z0-9_-]; no pair joins to a forbidden word."""
    dice = dice or random.SystemRandom()
    # Four digits on top of 60 x 66 pairs: two demos on one stack hardly ever draw the same name.
    return f"{dice.choice(ADJECTIVES)}{dice.choice(ANIMALS)}-{dice.randrange(10_000):04}"


def new_password(username: str, length: int = 24) -> str:
    """A random password of the allowed characters: letters, digits and symbols, never close to the name."""
    while True:
        password = "".join(secrets.choice(_PASSWORD_CHARACTERS) for _ in range(length))
        kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits, _SYMBOLS)
        of_every_kind = all(any(c in kind for c in password) for kind in kinds)
        if of_every_kind and username.lower() not in password.lower():
            return password
