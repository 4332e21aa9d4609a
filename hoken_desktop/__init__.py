"""災害時医療機器使用者台帳: the register of people who live on a ventilator or oxygen."""

__version__ = "0.1.0"
