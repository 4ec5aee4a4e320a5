#pragma once
// How indexes gain and lose what is in them.

namespace drydock::model {

template <class Set, class Value>
void keep(Set& set, const Value& value, bool present) {
  if (present) {
    set.insert(value);
  } else {
    set.erase(value);
  }
}

template <class Map, class Key, class Value>
void keep_mapped(Map& map, const Key& key, const Value& value, bool present) {
  if (present) {
    map[key] = value;
  } else if (const auto it = map.find(key); it != map.end() && it->second == value) {
    map.erase(it);
  }
}

}  // namespace drydock::model
