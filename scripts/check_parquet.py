"""Checks that pandas, polars and DuckDB read the shards of a study alike, and as its manifest promises.

    cargo run --release -p relulab-study --example sample_shards -- FOLDER
    python scripts/check_parquet.py FOLDER

Needs pandas, pyarrow, polars and duckdb from PyPI. Works on any study's folder.
"""

import json
import pathlib
import sys

import duckdb
import pandas
import polars

KEY = ["target", "shape", "seed"]


def main(folder: pathlib.Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    pattern = str(folder / "shard-*.parquet")
    shards = [pandas.read_parquet(path) for path in sorted(folder.glob("shard-*.parquet"))]
    assert [len(shard) for shard in shards] == [entry["n_rows"] for entry in manifest["shards"]]

    readings = {
        "pandas": pandas.concat(shards, ignore_index=True),
        "polars": polars.read_parquet(pattern).to_pandas(),
        "duckdb": duckdb.sql(f"select * from read_parquet('{pattern}')").df(),
    }
    reference = readings["pandas"].sort_values(KEY, ignore_index=True)
    assert len(reference) == manifest["n_networks"] == len(reference[KEY].drop_duplicates())
    assert (reference["depth"] == reference["shape"].str.count(",") + 1).all()
    for name, table in readings.items():
        table = table.sort_values(KEY, ignore_index=True)
        assert list(table.columns) == list(reference.columns), name
        for column in table.columns:
            pandas.testing.assert_series_equal(
                table[column].astype(object).where(table[column].notna(), None),
                reference[column].astype(object).where(reference[column].notna(), None),
                check_dtype=False,
                obj=f"{name}: {column}",
            )
        print(f"{name}: {len(table)} records, {len(table.columns)} columns")
    print(reference.dtypes.to_string())


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
