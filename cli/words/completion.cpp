#include <cstdio>

#include "cli/output.hpp"
#include "cli/word.hpp"

namespace drydock::cli {
namespace {

/// A word with its path ("clock advance") and what may follow it.
struct Place {
  std::string path;
  std::vector<const CLI::App*> words;
  std::vector<const CLI::Option*> options;
};

void collect(const CLI::App& app, const std::string& path, std::vector<Place>& places) {
  Place place{path, {}, {}};
  for (const CLI::App* word : app.get_subcommands([](const CLI::App*) { return true; })) place.words.push_back(word);
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_lnames().empty()) place.options.push_back(option);
  }
  const std::vector<const CLI::App*> below = place.words;
  places.push_back(std::move(place));
  for (const CLI::App* word : below)
    collect(*word, path.empty() ? word->get_name() : path + " " + word->get_name(), places);
}

std::string candidates(const Place& place) {
  std::string out;
  for (const CLI::App* word : place.words) out += (out.empty() ? "" : " ") + word->get_name();
  for (const CLI::Option* option : place.options) {
    for (const std::string& name : option->get_lnames()) out += (out.empty() ? "--" : " --") + name;
  }
  return out;
}

/// The words before the cursor that are no options decide; a file's name may follow anything.
std::string bash(const std::vector<Place>& places) {
  std::string out =
      "_drydock() {\n  local path= word candidates=\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"$path $word\" in\n";
  for (const Place& place : places) {
    if (!place.path.empty()) {
      const std::size_t space = place.path.rfind(' ');
      const std::string above = space == std::string::npos ? "" : place.path.substr(0, space);
      const std::string last = space == std::string::npos ? place.path : place.path.substr(space + 1);
      out += "      \"" + above + " " + last + "\") path=\"" + place.path + "\" ;;\n";
    }
  }
  out += "    esac\n  done\n  case \"$path\" in\n";
  for (const Place& place : places) out += "    \"" + place.path + "\") candidates=\"" + candidates(place) + "\" ;;\n";
  out +=
      "  esac\n"
      "  mapfile -t COMPREPLY < <(compgen -W \"$candidates\" -- \"${COMP_WORDS[COMP_CWORD]}\")\n"
      "}\ncomplete -o default -F _drydock drydock\n";
  return out;
}

std::string zsh(const std::vector<Place>& places) {
  return "#compdef drydock\nautoload -U +X bashcompinit && bashcompinit\n" + bash(places);
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string fish(const std::vector<Place>& places) {
  std::string out =
      "function __drydock_words\n  string match -v -- '-*' (commandline -opc)[2..]\nend\n"
      "function __drydock_at\n  set -l words (__drydock_words)\n  test \"$words\" = \"$argv\"\nend\n"
      "function __drydock_in\n  set -l words (__drydock_words)\n  string match -q -- \"$argv *\" \"$words \"\nend\n";
  for (const Place& place : places) {
    const std::string when = " -n " + quoted("__drydock_at " + place.path);
    // Options may follow what a word is about; those of the program itself come first.
    const std::string within = place.path.empty() ? when : " -n " + quoted("__drydock_in " + place.path);
    for (const CLI::App* word : place.words) {
      out +=
          "complete -c drydock -f" + when + " -a " + word->get_name() + " -d " + quoted(word->get_description()) + "\n";
    }
    for (const CLI::Option* option : place.options) {
      for (const std::string& name : option->get_lnames()) {
        out += "complete -c drydock" + within + " -l " + name + " -d " + quoted(option->get_description()) + "\n";
      }
    }
  }
  return out;
}

}  // namespace

void add_completion(Words& words) {
  auto shell = std::make_shared<std::string>();
  CLI::App* app = &words.app();
  CLI::App* word = app->add_subcommand("completion", "A shell's script that completes drydock's words and options");
  word->add_option("shell", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  word->footer("Example: drydock completion bash > /etc/bash_completion.d/drydock");
  word->callback([words, shell, app]() mutable {
    // Written here: when the word runs, what knows all words is gone.
    std::vector<Place> places;
    collect(*app, "", places);
    const std::string text = *shell == "bash" ? bash(places) : *shell == "zsh" ? zsh(places) : fish(places);
    words.choose([text] {
      std::fputs(text.c_str(), stdout);
      return kDone;
    });
  });
}

}  // namespace drydock::cli
