#include "scheduler/capacity_providers/changes.hpp"

namespace drydock::scheduler {
namespace {

constexpr const char* kInUse =
    "The capacity provider cannot be deleted because services or tasks use it. Remove it from their capacity provider "
    "strategies and try again.";

}  // namespace

void finish_provider_change(model::Transaction& tx, model::CapacityProviderId id) {
  const model::CapacityProvider* provider = tx.state().find(id);
  if (provider == nullptr || !provider->busy()) return;
  const bool deleted = provider->update_status == "DELETE_IN_PROGRESS";
  const bool used = provider->cluster && tx.state().of(provider->cluster).provider_uses.contains(provider->name);
  if (deleted && !used) {
    tx.remove(id);
    return;
  }
  tx.update(id, [&](model::CapacityProvider& entity) {
    if (deleted) {
      entity.update_status = "DELETE_FAILED";
      entity.update_reason = kInUse;
      return;
    }
    entity.update_status = entity.update_status == "CREATE_IN_PROGRESS" ? "CREATE_COMPLETE" : "UPDATE_COMPLETE";
    entity.update_reason.clear();
  });
}

void finish_attachments(model::Transaction& tx, model::ClusterId id) {
  const model::Cluster* cluster = tx.state().find(id);
  if (cluster == nullptr || !cluster->settings || cluster->settings->attachmentsStatus != "UPDATE_IN_PROGRESS") return;
  api::Cluster settings = *cluster->settings;
  settings.attachmentsStatus = "UPDATE_COMPLETE";
  settings.status.reset();
  if (settings.attachments) {
    std::erase_if(*settings.attachments, [](const api::Attachment& one) { return one.status == "DELETING"; });
    for (api::Attachment& one : *settings.attachments) one.status = "CREATED";
  }
  tx.update(
      id, [&](model::Cluster& entity) { entity.settings = std::make_shared<const api::Cluster>(std::move(settings)); });
}

}  // namespace drydock::scheduler
