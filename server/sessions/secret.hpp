#pragma once
// What nobody may guess: tokens of sessions, from the operating system's generator and never from a seed.

#include <string>

#include "model/ids.hpp"

namespace drydock::sessions {

/// 256 random bits in the 43 letters that URLs take as they are.
std::string new_secret();
/// A random UUID.
model::Uuid new_id();

}  // namespace drydock::sessions
