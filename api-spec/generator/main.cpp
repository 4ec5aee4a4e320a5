// drydock_generate MODEL RULES DIRECTORY [SERVICE]: writes the C++ of the API; with SERVICE, of another service than
// ECS, into a namespace of that name. See emit.hpp for the files.

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "api-spec/generator/emit.hpp"

int main(int argc, char** argv) {
  using namespace drydock::generator;
  if (argc != 4 && argc != 5) {
    std::cerr << "usage: drydock_generate MODEL RULES DIRECTORY [SERVICE]\n";
    return 2;
  }
  try {
    Model model = read_model(argv[1], argv[2]);
    if (argc == 5) model.service = argv[4];
    Files files;
    emit_types(model, files);
    emit_tables(model, files);
    const std::filesystem::path directory = argv[3];
    std::filesystem::create_directories(directory);
    for (const auto& [name, text] : files) {
      std::ofstream out(directory / name, std::ios::binary);
      out << text;
      out.close();
      if (!out) throw std::runtime_error("cannot write " + (directory / name).string());
    }
  } catch (const std::exception& error) {
    std::cerr << "drydock_generate: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
