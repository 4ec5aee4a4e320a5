#pragma once
// How indexes gain and lose what is in them.

namespace drydock::model {

template <class Set, class Value>
void keep(Set& set, const Value& value, bool present) {
  if (present) {
    set.insert(set.end(), value);  // most often the newest: it then finds its place without a look at the others
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

/// One more, or one less; what is at zero leaves the map.
template <class Map, class Key>
void count(Map& map, const Key& key, int step) {
  const auto it = map.try_emplace(key, 0).first;
  if ((it->second += step) == 0) map.erase(it);
}

}  // namespace drydock::model
