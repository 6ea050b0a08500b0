-- A client asks which contents the person has already, before it sends any: it is found by the size.
CREATE INDEX checksums_by_size ON checksums(size_bytes);
