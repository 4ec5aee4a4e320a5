#pragma once
// Entities that come back: a transaction may give back an id that its entity had before.

#include <cstdint>
#include <memory>

#include "model/transaction.hpp"

namespace drydock::model {

/// An entity as it once was, of the type that belongs to the kind. Its id was given to it then, and to no other since.
struct FormerEntity {
  EntityKind kind;
  std::uint64_t id;
  std::shared_ptr<const void> entity;
};
template <>
struct EntityTraits<FormerEntity> {
  using Key = std::uint64_t;
};

/// Makes the entity anew under the id that it had; the kind's counter stays as it is. There must not be one of that id.
template <>
std::uint64_t Transaction::create<FormerEntity>(FormerEntity former);

}  // namespace drydock::model
