#include "tests/support/index_text.hpp"

#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

#include "model/rows.hpp"

namespace drydock::test {
namespace {

template <class Ids>
void list(std::ostringstream& out, const char* what, const Ids& ids) {
  if (ids.empty()) return;
  out << "  " << what << ":";
  for (const auto& id : ids) out << " " << id.value;
  out << "\n";
}

template <class Ids>
void list_dated(std::ostringstream& out, const char* what, const Ids& ids) {
  if (ids.empty()) return;
  out << what << ":";
  for (const auto& [since, id] : ids) out << " " << since.time_since_epoch().count() << "/" << id.value;
  out << "\n";
}

template <class T>
std::map<std::string, T> sorted(const model::ByText<T>& by_text) {
  return {by_text.begin(), by_text.end()};
}

void describe(std::ostringstream& out, const model::PoolKey& key, const model::InstancePool& pool) {
  out << "  pool " << (key.takes_tasks ? "open " : "closed ") << key.zone << " " << key.gpus;
  if (key.attributes) {
    for (const api::Attribute& one : *key.attributes) out << " " << *one.name << "=" << one.value.value_or("");
  }
  out << "\n    by memory:";
  for (const model::Room& room : pool.by_memory()) out << " " << room.id.value << "/" << room.memory_free;
  out << "\n    by cpu:";
  for (const model::Room& room : pool.by_cpu()) out << " " << room.id.value << "/" << room.cpu_free;
  out << "\n";
}

void describe(std::ostringstream& out, const model::ClusterIndex& index) {
  for (const auto& [name, service] : index.services) out << "  service " << name << " = " << service.value << "\n";
  for (const auto& [name, services] : index.inactive_services) list(out, ("inactive " + name).c_str(), services);
  list(out, "daemons", index.daemons);
  for (const auto& [name, daemon] : index.managed_daemons) out << "  daemon " << name << " = " << daemon.value << "\n";
  list(out, "instances", index.instances);
  list(out, "draining", index.draining);
  for (const auto& [key, pool] : index.pools) describe(out, key, pool);
  list(out, "wanted", index.wanted);
  list(out, "unwanted", index.unwanted);
  out << "  not stopped " << index.tasks_not_stopped << "\n";
  for (const auto& [type, counts] : index.counts) {
    if (counts.running_tasks == 0 && counts.pending_tasks == 0 && counts.active_services == 0 &&
        counts.draining_services == 0) {
      continue;
    }
    out << "  " << model::to_text(type) << " " << counts.running_tasks << " " << counts.pending_tasks << " "
        << counts.active_services << " " << counts.draining_services << "\n";
  }
  for (const auto& [group, where] : sorted(index.groups)) {
    for (const auto& [instance, count] : where.instances) {
      out << "  group " << group << " on " << instance.value << ": " << count << "\n";
    }
    for (const auto& [key, pool] : index.pools) {
      const auto in_pool = where.pools.find(&pool);
      if (in_pool != where.pools.end())
        out << "  in the pool of " << pool.by_cpu().begin()->id.value << ": " << in_pool->second << "\n";
    }
  }
  for (const auto& [token, tasks] : sorted(index.client_tokens)) list(out, token.c_str(), tasks);
  list(out, "protected", index.protected_tasks);
  for (const auto& [provider, uses] : index.provider_uses) out << "  uses of " << provider << ": " << uses << "\n";
  list(out, "capacity providers", index.capacity_providers);
  list(out, "waiting", index.waiting);
  for (const auto& [name, instances] : index.provider_instances) {
    list(out, ("instances of " + name).c_str(), instances.all);
    list(out, ("loaded instances of " + name).c_str(), instances.loaded);
  }
}

void describe(std::ostringstream& out, const model::ServiceIndex& index) {
  for (const auto& [digits, tasks] : index.deployments) {
    out << "  deployment " << digits << "\n";
    list(out, "  starting", tasks.starting);
    list(out, "  healthy", tasks.healthy);
    list(out, "  evaluating", tasks.evaluating);
    list(out, "  unhealthy", tasks.unhealthy);
    list(out, "  stopping", tasks.stopping);
    for (const auto& [provider, count] : tasks.by_provider) out << "    " << provider << ": " << count << "\n";
    for (const auto& [zone, count] : tasks.healthy_by_zone) out << "    in " << zone << ": " << count << "\n";
  }
  list(out, "events", index.events);
  list(out, "revisions", index.revisions);
  list(out, "service deployments", index.service_deployments);
  list(out, "unfinished", index.unfinished);
  for (const auto& [digits, set] : index.task_sets) out << "  task set " << digits << " = " << set.value << "\n";
  out << "  running " << index.running << " pending " << index.pending << "\n";
}

void describe(std::ostringstream& out, const model::InstanceIndex& index) {
  list(out, "tasks", index.tasks);
  out << "  used " << index.cpu_units << " " << index.memory_mib << " running " << index.running << " pending "
      << index.pending << "\n";
  for (const auto& [gpu, count] : index.gpus) out << "  gpu " << gpu << ": " << count << "\n";
  if (index.load != 0) out << "  load " << index.load << "\n";
  if (index.network_interfaces != 0) out << "  network interfaces " << index.network_interfaces << "\n";
  for (const auto& [port, count] : index.ports) {
    out << "  port " << port.port << (port.udp ? "/udp " : "/tcp ") << count << "\n";
  }
}

void describe_scaling(std::ostringstream& out, const model::State& state, model::WorldId world) {
  const model::WorldIndex& index = state.of(world);
  for (const auto& [resource, target] : index.scalable_targets) {
    out << "  scales " << resource << " = " << target.value << "\n";
    for (const auto& [name, policy] : state.of(target).policies) {
      out << "    policy " << name << " = " << policy.value << "\n";
      out << "    by uuid " << state.scaling_policy_with(state.get(policy).uuid)->name << "\n";
    }
    for (const auto& [name, action] : state.of(target).scheduled_actions) {
      out << "    action " << name << " = " << action.value << "\n";
    }
  }
  for (const auto& [resource, activities] : index.scaling_activities) list(out, resource.c_str(), activities);
  for (const auto& [name, alarm] : index.alarms) out << "  alarm " << name << " = " << alarm.value << "\n";
  for (const auto& [metric, alarms] : index.metric_alarms) list(out, ("alarms on " + metric).c_str(), alarms);
  for (const auto& [metric, hours] : index.metrics) {
    for (const auto& [hour, id] : hours) {
      out << "  " << metric << " at " << hour.time_since_epoch().count() << " = " << id.value << "\n";
    }
  }
  list_dated(out, "metric hours", index.metric_hours);
}

}  // namespace

std::string indexes_of(const model::State& state) {
  std::ostringstream out;
  std::set<model::WorldId> worlds = state.worlds();
  for (const model::ClusterId id : state.clusters()) {
    out << "cluster " << id.value << "\n";
    describe(out, state.of(id));
  }
  for (const model::WorldId id : worlds) {
    out << "world " << id.value << "\n";
    out << "  active clusters " << state.of(id).active_clusters << "\n";
    for (const auto& [name, cluster] : state.of(id).clusters) out << "  " << name << " = " << cluster.value << "\n";
    for (const auto& [name, family] : state.of(id).families) {
      out << "  " << name << " = " << family.value << " revisions";
      for (const auto& [revision, definition] : state.of(family).revisions) {
        out << " " << revision << "=" << definition.value;
        if (state.of(family).active.contains(revision)) out << "a";
        if (state.of(family).inactive.contains(revision)) out << "i";
      }
      out << "\n";
    }
    for (const auto& [key, setting] : state.of(id).account_settings) {
      out << "  setting " << key.second << " of " << key.first << " = " << setting.value << "\n";
    }
    for (const auto& [name, provider] : state.of(id).capacity_providers) {
      out << "  capacity provider " << name << " = " << provider.value << "\n";
    }
    for (const auto& [name, group] : state.of(id).instance_groups) {
      out << "  instance group " << name << " = " << group.value << "\n";
    }
    for (const auto& [name, alarm] : state.of(id).alarms) {
      out << "  alarm " << name << " = " << alarm.value << "\n";
    }
    for (const auto& [name, clusters] : state.of(id).provider_clusters)
      list(out, ("clusters of " + name).c_str(), clusters);
    describe_scaling(out, state, id);
    for (const auto& [name, group] : state.of(id).log_groups) {
      out << "  log group " << name << " = " << group.value << "\n";
      for (const auto& [stream, number] : state.of(group).streams) {
        out << "    " << stream << " = " << number.value << "\n";
      }
    }
    for (const auto& [name, room] : state.of(id).namespace_names) {
      out << "  namespace " << name << " = " << room.value << ", " << state.get(room).key << "\n";
      for (const auto& [service, number] : state.of(room).services) {
        out << "    " << service << " = " << number.value << "\n";
        for (const auto& [instance, row] : state.of(number).instances) {
          out << "      " << instance << " = " << row.value << "\n";
        }
      }
    }
    for (const auto& [key, room] : state.of(id).namespaces) out << "  " << key << " = " << room.value << "\n";
    for (const auto& [key, service] : state.of(id).discovery_services) {
      out << "  " << key << " = " << service.value << "\n";
    }
    for (const auto& [key, operation] : state.of(id).discovery_operation_keys) {
      out << "  " << key << " = " << operation.value << "\n";
    }
    list(out, "discovery operations", state.of(id).discovery_operations);
    for (const auto& [name, parameter] : state.of(id).parameters) {
      out << "  parameter " << name << " = " << parameter.value << "\n";
    }
    for (const auto& [name, secret] : state.of(id).secrets) out << "  secret " << name << " = " << secret.value << "\n";
    list_dated(out, "deleted secrets", state.of(id).deleted_secrets);
    for (const auto& [name, rule] : state.of(id).event_rules) out << "  rule " << name << " = " << rule.value << "\n";
    list(out, "events", state.of(id).events);
  }
  list(out, "events", state.events());
  for (const auto& [name, webhook] : state.webhooks()) out << "webhook " << name << " = " << webhook.value << "\n";
  for (const auto& [way, deliveries] : state.event_deliveries()) {
    list(out, ("deliveries of " + std::to_string(way.first.value) + " to " + way.second).c_str(), deliveries);
  }
  for (const model::WorldId id : worlds) {
    for (const auto& [name, family] : state.of(id).daemon_families) {
      out << "daemon family " << name << " = " << family.value << " revisions";
      for (const auto& [revision, definition] : state.of(family).revisions) {
        out << " " << revision << "=" << definition.value << (state.of(family).active.contains(revision) ? "a" : "");
      }
      out << "\n";
    }
  }
  for (const model::DaemonId id : state.daemons()) {
    out << "daemon " << id.value << "\n";
    for (const auto& [instance, tasks] : state.of(id).tasks) {
      list(out, ("on " + std::to_string(instance.value)).c_str(), tasks);
    }
    list(out, "deployments", state.of(id).deployments);
    list(out, "revisions", state.of(id).revisions);
    const auto definition = state.get(id).definition;
    list(out, "daemons of its definition", state.of(definition).daemons);
    out << "  tasks of its definition " << state.of(definition).tasks << "\n";
  }
  list_dated(out, "gone daemons", state.gone_daemons());
  list(out, "daemon definitions to delete", state.deleting_daemon_definitions());
  for (const model::ServiceId id : state.services()) {
    out << "service " << id.value << "\n";
    describe(out, state.of(id));
  }
  for (const model::InstanceId id : state.instances()) {
    out << "instance " << id.value << "\n";
    describe(out, state.of(id));
  }
  list(out, "fargate", state.fargate_tasks());
  list(out, "capacity providers", state.capacity_providers());
  list_dated(out, "protected", state.protected_tasks());
  list_dated(out, "stopped", state.stopped_tasks());
  list_dated(out, "inactive services", state.inactive_services());
  list_dated(out, "inactive instances", state.inactive_instances());
  list_dated(out, "finished deployments", state.finished_service_deployments());
  for (const char* alarm : {"errors", "latency"}) list(out, alarm, state.watching_alarm(alarm));
  return out.str();
}

std::string indexes_after_restart(const RowMap& rows) {
  model::State fresh;
  model::StateLoader loader(fresh);
  for (const auto& [key, body] : rows) {
    const auto added = loader.add(key.first, key.second, body);
    if (!added) throw std::runtime_error(added.error());
  }
  return indexes_of(fresh);
}

}  // namespace drydock::test
