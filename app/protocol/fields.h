// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reading the fields of a JSON object from the other side: what is missing keeps its default, what has the wrong type or
// does not fit is invalid_argument with the field's name.

#include "app/protocol/messages.h"

#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

namespace igneous {

class Fields {
public:
    Fields(Json const& object, std::string who)
        : m_object(object)
        , m_who(std::move(who))
    {
        require(object.is_object(), "{}: expected an object, got {}", m_who, object.type_name());
    }

    void read(char const* name, std::string& to) const
    {
        if (Json const* value = find(name)) {
            expect(value->is_string(), name, "a text");
            to = value->get<std::string>();
        }
    }

    void read(char const* name, bool& to) const
    {
        if (Json const* value = find(name)) {
            expect(value->is_boolean(), name, "true or false");
            to = value->get<bool>();
        }
    }

    void read(char const* name, double& to) const
    {
        if (Json const* value = find(name)) {
            expect(value->is_number(), name, "a number");
            to = value->get<double>();
            expect(std::isfinite(to), name, "a number");
        }
    }

    template<class T>
        requires std::is_integral_v<T>
    void read(char const* name, T& to) const
    {
        Json const* value = find(name);
        if (!value)
            return;
        expect(value->is_number_integer(), name, "a whole number");
        bool const fits = value->is_number_unsigned() ? std::in_range<T>(value->get<std::uint64_t>())
                                                      : std::in_range<T>(value->get<std::int64_t>());
        expect(fits, name, "a smaller number");
        to = value->get<T>();
    }

    void read(char const* name, std::vector<std::string>& to) const
    {
        Json const* value = find(name);
        if (!value)
            return;
        expect(value->is_array(), name, "a list");
        to.clear();
        for (Json const& entry : *value) {
            expect(entry.is_string(), name, "a list of texts");
            to.push_back(entry.get<std::string>());
        }
    }

    /// Each entry of a list, as Fields of its own. A missing list is an empty one.
    template<class Use>
    void each(char const* name, Use const& use) const
    {
        Json const* value = find(name);
        if (!value)
            return;
        expect(value->is_array(), name, "a list");
        for (Json const& entry : *value)
            use(Fields(entry, m_who + ": " + name));
    }

    /// The object of that name; nothing where it is missing.
    Json const* object(char const* name) const
    {
        Json const* value = find(name);
        if (value)
            expect(value->is_object(), name, "an object");
        return value;
    }

    void must_have(char const* name) const
    {
        require(m_object.contains(name), "{}: the field {} is missing", m_who, name);
    }

private:
    Json const* find(char const* name) const
    {
        auto const found = m_object.find(name);
        return found == m_object.end() ? nullptr : &*found;
    }
    void expect(bool good, char const* name, char const* what) const
    {
        require(good, "{}: the field {} must be {}", m_who, name, what);
    }

    Json const& m_object;
    std::string m_who;
};

}
