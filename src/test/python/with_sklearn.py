"""scikit-learn, whose gradient boosting runs on OpenMP: once while this module is imported, and for each batch."""

import numpy as np
import pandas as pd
import pyarrow as pa
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression

from reactor_udf import udf

_FEATURES = np.random.default_rng(1).normal(size=(500, 4))
_MODEL = HistGradientBoostingRegressor(max_iter=3).fit(_FEATURES, _FEATURES.sum(axis=1))


@udf(returns=pa.float64())
def score(x: pd.Series) -> pd.Series:
    features = np.repeat(x.to_numpy(float).reshape(-1, 1), 4, axis=1)
    again = HistGradientBoostingRegressor(max_iter=3).fit(_FEATURES, _FEATURES.sum(axis=1))
    return pd.Series(_MODEL.predict(features) + again.predict(features))


@udf(returns=pa.float64())
def fitted(x: pd.Series) -> pd.Series:
    """Fit and predict what a column is, of the dtype that pandas functions get by default."""
    assert str(x.dtype) == "Int64"
    frame = pd.DataFrame({"x": x, "half": x / 2})
    return pd.Series(LinearRegression().fit(frame, x).predict(frame)).round(6).abs()
