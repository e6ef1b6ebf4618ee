"""Two classifiers on scikit-learn's breast cancer data, each with a space of its own, as a GridSearchCV that nothing can kill."""

from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from durable_tune.sklearn import TuneSearchCV

X, y = load_breast_cancer(return_X_y=True)
svm = make_pipeline(StandardScaler(), SVC())
search = TuneSearchCV(
    {
        "svm": (svm, {"svc__C": (0.01, 1000.0, "log-uniform"), "svc__gamma": (1e-5, 1.0, "log-uniform")}, 15),
        "forest": (RandomForestClassifier(random_state=0), {"max_features": [1, 3, "sqrt", 0.5], "n_estimators": (10, 100)}, 10),
    },
    cv=5,
)
search.fit(X, y)
print(search.best_params_, search.best_score_)
