// Any frames from a client: each is read or refused, what is read is written the same, and a session takes them all.
#include <cstdint>
#include <cstdlib>

#include "server/sessions/data_channel.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace drydock;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto message = sessions::decode(bytes)) {
    if (sessions::decode(sessions::encode(*message)) != *message) std::abort();
  }
  // The same bytes again, as what a client may say behind a right header: the payload's first byte chooses its type.
  sessions::DataChannelOptions options;
  options.new_message_id = [] { return model::Uuid{1, 2}; };
  sessions::DataChannel channel(options);
  model::Instant now{model::Duration(1'700'000'000'000)};
  channel.connected(now);
  channel.output("$ ", now);
  std::int64_t sequence = 0;
  for (std::size_t begin = 0; begin + 2 < size;) {
    const std::size_t length = data[begin];
    sessions::AgentMessage message;
    message.type = data[begin + 1] % 4 == 0 ? sessions::kAcknowledge : sessions::kInputStream;
    message.created = now;
    message.sequence = data[begin + 1] % 8 == 1 ? sequence + 3 : sequence++;
    message.payload_type = static_cast<sessions::PayloadType>(data[begin + 1] % 13);
    message.payload = bytes.substr(begin + 2, length);
    channel.receive(sessions::encode(message), now);
    now += model::Duration(data[begin + 1]);
    channel.wake(now);
    begin += 2 + length;
  }
  channel.receive(bytes, now);
  channel.finish("", now);
  return 0;
}
