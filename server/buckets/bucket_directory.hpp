#pragma once
// A directory that stands for S3 (--s3-dir): DIR/BUCKET/KEY.

#include <expected>
#include <string>

namespace drydock::server {

/// The object's bytes. Errors, in S3's words: NoSuchBucket, NoSuchKey; AccessDenied for keys that lead out of their
/// bucket; EntityTooLarge beyond 1 MiB.
std::expected<std::string, std::string> read_object(const std::string& directory, const std::string& bucket,
                                                    const std::string& key);

}  // namespace drydock::server
