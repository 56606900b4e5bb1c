// A C API over the Parquet writer and reader of Arrow C++. Functions that can fail return NULL or a non-zero value and
// set *error to a message, which the caller frees with parquet_free.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum ParquetKind { PARQUET_INT64 = 0, PARQUET_FLOAT = 1, PARQUET_DOUBLE = 2, PARQUET_TEXT = 3, PARQUET_DATE = 4 };

// The values of a column. `data` holds fixed-width values, or the bytes of all texts; `offsets` holds `length + 1`
// offsets of texts into `data`. `validity` has one bit per value, least significant first, and is NULL if there are no
// nulls.
typedef struct {
    int32_t kind;
    int64_t length;
    const void *data;
    int64_t data_bytes;
    const int32_t *offsets;
    const uint8_t *validity;
} ParquetValues;

typedef struct ParquetWriterHandle ParquetWriterHandle;
typedef struct ParquetReaderHandle ParquetReaderHandle;

ParquetWriterHandle *parquet_writer_open(const char *path, int32_t columns, const char *const *names, const int32_t *kinds, int32_t metadata,
                                         const char *const *keys, const char *const *values, char **error);
// Writes one row group.
int32_t parquet_writer_write(ParquetWriterHandle *writer, const ParquetValues *columns, char **error);
// Writes the footer and frees the handle, even after an error.
int32_t parquet_writer_close(ParquetWriterHandle *writer, char **error);

ParquetReaderHandle *parquet_reader_open(const char *path, char **error);
int64_t parquet_reader_rows(const ParquetReaderHandle *reader);
int32_t parquet_reader_columns(const ParquetReaderHandle *reader);
const char *parquet_reader_name(const ParquetReaderHandle *reader, int32_t column);
// Returns a ParquetKind, or -1 for any other type.
int32_t parquet_reader_kind(const ParquetReaderHandle *reader, int32_t column);
int32_t parquet_reader_metadata(const ParquetReaderHandle *reader);
const char *parquet_reader_metadata_key(const ParquetReaderHandle *reader, int32_t index);
const char *parquet_reader_metadata_value(const ParquetReaderHandle *reader, int32_t index);
// Reads a whole column. `out` stays valid until the next read or close.
int32_t parquet_reader_read(ParquetReaderHandle *reader, int32_t column, ParquetValues *out, char **error);
void parquet_reader_close(ParquetReaderHandle *reader);

void parquet_free(char *error);

#ifdef __cplusplus
}
#endif
