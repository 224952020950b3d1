// SPDX-License-Identifier: Apache-2.0
#pragma once

// The tables of gallery.db. `pictures` holds what lists are made of, in short rows; `texts` holds the long words, and
// `texts_fts` is their index, which a rescue makes anew. Texts go into the index by triggers, so that no writer can
// forget it.

#include "app/database/database.h"

namespace igneous {

extern Migrations const gallery_migrations;

/// Puts a rescued database in order: rows without their other half go, the index of words is made anew.
void mend_gallery(Database& database);

}
