// SPDX-License-Identifier: Apache-2.0
#pragma once

// What differs between two pictures: the first question when one of two came out better.

#include "app/gallery/gallery_picture.h"
#include "app/recipes/recipe.h"

namespace igneous {

/// The pictures' own sizes and programs, then their recipes, field by field; "" where one lacks it.
std::vector<Difference> differences(GalleryPicture const& one, GalleryPicture const& other);

}
