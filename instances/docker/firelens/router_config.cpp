#include "instances/docker/firelens/router_config.hpp"

#include <algorithm>
#include <string_view>

namespace drydock::instances::docker {
namespace {

constexpr const char* kSocket = "/var/run/fluent.sock";
constexpr const char* kPort = "24224";
constexpr const char* kInclude = "include-pattern";
constexpr const char* kExclude = "exclude-pattern";
constexpr const char* kBufferLimit = "log-driver-buffer-limit";  // of the engine's driver, not of the output

const std::string* find(const LogOptions& options, std::string_view key) {
  const auto it = std::ranges::find(options, key, &std::pair<std::string, std::string>::first);
  return it == options.end() ? nullptr : &it->second;
}

/// One way to write the same sections.
class Writer {
 public:
  explicit Writer(bool fluentd) : fluentd_(fluentd) {}

  void input(const std::string& name, const std::string& tag, const LogOptions& options) {
    open(fluentd_ ? "<source>" : "[INPUT]");
    name_of(name);
    if (!tag.empty()) line(1, fluentd_ ? "tag" : "Tag", tag);
    for (const auto& [key, value] : options) line(1, key, value);
    if (fluentd_) text_ += "</source>\n";
  }

  /// Keeps the records whose lines fit the pattern, or drops them.
  void grep(const std::string& match, const std::string& pattern, bool keeps) {
    if (!fluentd_) {
      text_ += "\n[FILTER]\n    Name   grep\n    Match " + match + "\n";
      text_ += std::string(keeps ? "    Regex  log " : "    Exclude log ") + pattern + "\n";
      return;
    }
    const std::string kind = keeps ? "regexp" : "exclude";
    text_ +=
        "\n<filter " + match + ">\n    @type  grep\n    <" + kind + ">\n        key log\n        pattern " + pattern;
    text_ += "\n    </" + kind + ">\n</filter>\n";
  }

  void fields(const LogOptions& fields) {
    if (fields.empty()) return;
    if (fluentd_) {
      text_ += "\n<filter **>\n    @type record_transformer\n    <record>\n";
      for (const auto& [key, value] : fields) line(2, key, value);
      text_ += "    </record>\n</filter>\n";
      return;
    }
    text_ += "\n[FILTER]\n    Name record_modifier\n    Match *\n";
    for (const auto& [key, value] : fields) line(1, "Record", key + " " + value);
  }

  void include(const std::string& path) {
    if (!path.empty()) text_ += std::string(fluentd_ ? "\n@include " : "\n@INCLUDE ") + path + "\n";
  }

  void output(const std::string& name, const std::string& match, const LogOptions& options) {
    open(fluentd_ ? "<match " + match + ">" : "[OUTPUT]");
    name_of(name);
    if (!fluentd_) line(1, "Match", match);
    for (const auto& [key, value] : options) line(1, key, value);
    if (fluentd_) text_ += "</match>\n";
  }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void open(const std::string& head) { text_ += "\n" + head + "\n"; }
  void name_of(const std::string& name) { line(1, fluentd_ ? "@type" : "Name", name); }
  void line(int depth, const std::string& key, const std::string& value) {
    text_.append(static_cast<std::size_t>(depth) * 4, ' ');
    text_ += key + " " + value + "\n";
  }

  bool fluentd_;
  std::string text_;
};

void write_inputs(const RouterFacts& facts, Writer& out) {
  if (facts.fluentd) {
    out.input("unix", "", {{"path", kSocket}});
  } else {
    out.input("forward", "", {{"unix_path", kSocket}});
  }
  const bool bridge = facts.network_mode == "bridge";
  if (!bridge && facts.network_mode != "awsvpc") return;
  const std::string address = bridge ? "0.0.0.0" : "127.0.0.1";
  if (facts.fluentd) return out.input("forward", "", {{"bind", address}, {"port", kPort}});
  out.input("forward", "", {{"Listen", address}, {"Port", kPort}});
  out.input("tcp", "firelens-healthcheck", {{"Listen", "127.0.0.1"}, {"Port", "8877"}});
}

}  // namespace

std::expected<std::string, std::string> router_config(const RouterFacts& facts) {
  const std::string output_key = facts.fluentd ? "@type" : "Name";
  const auto match = [&](const RoutedContainer& container) {
    return container.name + (facts.fluentd ? "-firelens**" : "-firelens*");
  };
  Writer out(facts.fluentd);
  write_inputs(facts, out);
  for (const RoutedContainer& container : facts.containers) {
    if (const auto* pattern = find(container.options, kInclude)) out.grep(match(container), *pattern, true);
    if (const auto* pattern = find(container.options, kExclude)) out.grep(match(container), *pattern, false);
  }
  LogOptions fields = facts.fields;
  std::ranges::sort(fields);
  out.fields(fields);
  out.include(facts.include);
  const bool checked = !facts.fluentd && (facts.network_mode == "bridge" || facts.network_mode == "awsvpc");
  if (checked) out.output("null", "firelens-healthcheck", {});
  for (const RoutedContainer& container : facts.containers) {
    LogOptions options = container.options;
    std::ranges::sort(options);
    std::erase_if(options, [&](const auto& option) {
      const std::string& key = option.first;
      return key == output_key || key == kInclude || key == kExclude || key == kBufferLimit;
    });
    const std::string* output = find(container.options, output_key);
    if (output == nullptr && !options.empty()) {
      return std::unexpected("unable to apply log options of container " + container.name +
                             " to firelens config: missing output key " + output_key +
                             " which is required for firelens configuration of type " +
                             (facts.fluentd ? "fluentd" : "fluentbit"));
    }
    // Without one the user's own file may have it.
    if (output != nullptr) out.output(*output, match(container), options);
  }
  return out.text();
}

}  // namespace drydock::instances::docker
