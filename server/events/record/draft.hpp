#pragma once
// Events in the making: what the parts of this folder find out about a transaction.

#include <string>
#include <string_view>
#include <vector>

#include "api-spec/runtime/encode.hpp"
#include "model/transaction.hpp"

namespace drydock::events {

struct Draft {
  model::WorldId world;
  std::string_view detail_type;
  std::string cluster;  // ARNs, as model::Event has them
  std::string service;
  std::vector<std::string> resources;
  std::string detail;  // JSON
};

using Drafts = std::vector<Draft>;

/// What every event of this kind in the cluster begins with.
Draft cluster_draft(const model::State& state, model::ClusterId cluster, std::string_view detail_type);
/// The same of a service, which is its event's resource.
Draft service_draft(const model::State& state, const model::Service& service, std::string_view detail_type);

/// An object of JSON, member by member.
class Object {
 public:
  Object& text(std::string_view name, std::string_view value) {
    key(name);
    api::append_json_string(value, json_);
    return *this;
  }
  /// The same, unless it is empty.
  Object& text_if(std::string_view name, std::string_view value) { return value.empty() ? *this : text(name, value); }
  /// `value` is JSON.
  Object& json(std::string_view name, std::string_view value) {
    key(name);
    json_ += value;
    return *this;
  }
  Object& texts(std::string_view name, const std::vector<std::string>& values) {
    key(name);
    json_ += '[';
    for (const std::string& value : values) {
      if (json_.back() != '[') json_ += ',';
      api::append_json_string(value, json_);
    }
    json_ += ']';
    return *this;
  }
  /// Goes on behind the members of another object, given as JSON.
  static Object continuing(std::string object) {
    Object result;
    object.pop_back();
    result.json_ = std::move(object);
    return result;
  }
  [[nodiscard]] std::string done() const { return json_ + "}"; }

 private:
  void key(std::string_view name) {
    if (json_.back() != '{') json_ += ',';
    api::append_json_string(name, json_);
    json_ += ':';
  }
  std::string json_ = "{";
};

}  // namespace drydock::events
