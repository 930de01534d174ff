-- What 'saved_routing' is measured against, as provider/model; '' where that is not known, as for all rows of before.
ALTER TABLE attempt ADD COLUMN baseline TEXT NOT NULL DEFAULT '';

-- Of how many attempts it is known what routing has saved.
ALTER TABLE rollup ADD COLUMN measured INTEGER NOT NULL DEFAULT 0;
