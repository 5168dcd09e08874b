"""Earlier names of the fields of `models.options`, kept for the models of other packages."""

from orthoweave.models.options import device_option as device_setting
from orthoweave.models.options import option as setting
from orthoweave.models.options import seed_option as seed_setting

__all__ = ["device_setting", "seed_setting", "setting"]
