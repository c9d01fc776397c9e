"""Write Python functions that a JVM evaluates over streams of Arrow record batches.

    from reactor_udf import udf

    @udf(returns=pa.float64())
    def risk(dep_delay: pd.Series, distance: pd.Series) -> pd.Series: ...

``context.get()`` is what the JVM passed on of its Reactor Context: a read-only mapping of strings.
``reactor_udf.describe`` lists the functions of a module.

Importing this package needs the standard library only.
"""

from reactor_udf._context import context
from reactor_udf._udf import udf

__all__ = ["__version__", "context", "udf"]

__version__ = "0.1.0"
