-- On whose account a call was made, by which name its provider knows it, and what it did not cost (nano-dollars).
ALTER TABLE attempt ADD COLUMN tenant TEXT NOT NULL DEFAULT '';

ALTER TABLE attempt ADD COLUMN team TEXT NOT NULL DEFAULT '';

ALTER TABLE attempt ADD COLUMN user TEXT NOT NULL DEFAULT '';

ALTER TABLE attempt ADD COLUMN tier TEXT NOT NULL DEFAULT '';

ALTER TABLE attempt ADD COLUMN agent TEXT NOT NULL DEFAULT '';

ALTER TABLE attempt ADD COLUMN receipt TEXT NOT NULL DEFAULT '';

ALTER TABLE attempt ADD COLUMN saved_own_cache INTEGER NOT NULL DEFAULT 0;

ALTER TABLE attempt ADD COLUMN saved_provider_cache INTEGER NOT NULL DEFAULT 0;

ALTER TABLE attempt ADD COLUMN saved_routing INTEGER NOT NULL DEFAULT 0;
