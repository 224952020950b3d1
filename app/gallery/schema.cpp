// SPDX-License-Identifier: Apache-2.0
#include "app/gallery/schema.h"

namespace igneous {

namespace {

constexpr std::string_view first_version = R"(
CREATE TABLE pictures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state INTEGER NOT NULL DEFAULT 0,
    stars INTEGER NOT NULL DEFAULT 0,
    made INTEGER NOT NULL,
    added INTEGER NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    fingerprint INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    seed INTEGER,
    steps INTEGER,
    cfg REAL,
    sampler TEXT NOT NULL,
    program TEXT NOT NULL,
    model_hash TEXT NOT NULL,
    thumbnail INTEGER NOT NULL DEFAULT 0,
    thumbnail_reason TEXT NOT NULL DEFAULT '',
    path TEXT NOT NULL UNIQUE,
    original TEXT NOT NULL DEFAULT '',
    trashed INTEGER NOT NULL DEFAULT 0
);
-- Lists are read from these alone, without the table.
CREATE INDEX pictures_by_time ON pictures (state, made, id);
CREATE INDEX pictures_by_stars ON pictures (state, stars, made, id);
CREATE INDEX pictures_by_name ON pictures (state, name COLLATE NOCASE, id);
CREATE INDEX pictures_by_fingerprint ON pictures (fingerprint);

CREATE TABLE texts (
    picture INTEGER PRIMARY KEY REFERENCES pictures (id) ON DELETE CASCADE,
    prompt TEXT NOT NULL,
    negative TEXT NOT NULL,
    model TEXT NOT NULL,
    loras TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL,
    recipe TEXT NOT NULL
);
CREATE VIRTUAL TABLE texts_fts USING fts5 (prompt, negative, model, loras, note, name,
    content = 'texts', content_rowid = 'picture', prefix = '1 2',
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co So'");
CREATE TRIGGER texts_added AFTER INSERT ON texts BEGIN
    INSERT INTO texts_fts (rowid, prompt, negative, model, loras, note, name)
    VALUES (new.picture, new.prompt, new.negative, new.model, new.loras, new.note, new.name);
END;
CREATE TRIGGER texts_removed AFTER DELETE ON texts BEGIN
    INSERT INTO texts_fts (texts_fts, rowid, prompt, negative, model, loras, note, name)
    VALUES ('delete', old.picture, old.prompt, old.negative, old.model, old.loras, old.note, old.name);
END;
CREATE TRIGGER texts_changed AFTER UPDATE ON texts BEGIN
    INSERT INTO texts_fts (texts_fts, rowid, prompt, negative, model, loras, note, name)
    VALUES ('delete', old.picture, old.prompt, old.negative, old.model, old.loras, old.note, old.name);
    INSERT INTO texts_fts (rowid, prompt, negative, model, loras, note, name)
    VALUES (new.picture, new.prompt, new.negative, new.model, new.loras, new.note, new.name);
END;

CREATE TABLE boards (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    position INTEGER NOT NULL
);
CREATE TABLE board_pictures (
    board INTEGER NOT NULL REFERENCES boards (id) ON DELETE CASCADE,
    picture INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    PRIMARY KEY (board, picture)
) WITHOUT ROWID;
CREATE INDEX board_pictures_by_picture ON board_pictures (picture);

-- Files on their way to or from the trash: written before a file is touched, gone once the picture's row says the same.
CREATE TABLE moves (
    picture INTEGER PRIMARY KEY REFERENCES pictures (id) ON DELETE CASCADE,
    kind INTEGER NOT NULL,
    target TEXT NOT NULL
);

CREATE TABLE folders (path TEXT PRIMARY KEY, kind INTEGER NOT NULL);
CREATE TABLE flags (name TEXT PRIMARY KEY);
)";

constexpr std::string_view versions[] = { first_version };

}

Migrations const gallery_migrations = versions;

void mend_gallery(Database& database)
{
    database.transaction([&] {
        database.run(R"(
            DELETE FROM texts WHERE picture NOT IN (SELECT id FROM pictures);
            DELETE FROM board_pictures WHERE picture NOT IN (SELECT id FROM pictures)
                OR board NOT IN (SELECT id FROM boards);
            DELETE FROM moves WHERE picture NOT IN (SELECT id FROM pictures);
            -- read again by the next look into the folders, which goes by the size
            INSERT INTO texts (picture, prompt, negative, model, loras, name, recipe)
                SELECT id, '', '', '', '', name, '' FROM pictures WHERE id NOT IN (SELECT picture FROM texts);
            UPDATE pictures SET size = 0 WHERE id IN (SELECT picture FROM texts WHERE name <> '' AND recipe = '')
                AND program <> '';
            INSERT INTO texts_fts (texts_fts) VALUES ('rebuild');
            INSERT OR IGNORE INTO flags VALUES ('rescan');
        )");
    });
}

}
