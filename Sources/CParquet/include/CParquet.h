// A flat C face over Arrow C++'s Parquet writer and reader. Functions that can fail return NULL or non-zero and put a message, to be freed
// with parquet_free, into *error.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum ParquetKind { PARQUET_INT64 = 0, PARQUET_FLOAT = 1, PARQUET_DOUBLE = 2, PARQUET_TEXT = 3, PARQUET_DATE = 4 };

// A column's values: fixed-width ones in `data`; text as `length + 1` offsets into `data`. `validity` has a bit per
// value, least significant first, and is NULL where there are no nulls.
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
// Writes the footer. The handle is gone afterwards, whatever is returned.
int32_t parquet_writer_close(ParquetWriterHandle *writer, char **error);

ParquetReaderHandle *parquet_reader_open(const char *path, char **error);
int64_t parquet_reader_rows(const ParquetReaderHandle *reader);
int32_t parquet_reader_columns(const ParquetReaderHandle *reader);
const char *parquet_reader_name(const ParquetReaderHandle *reader, int32_t column);
// -1 where the type is none of ParquetKind.
int32_t parquet_reader_kind(const ParquetReaderHandle *reader, int32_t column);
int32_t parquet_reader_metadata(const ParquetReaderHandle *reader);
const char *parquet_reader_metadata_key(const ParquetReaderHandle *reader, int32_t index);
const char *parquet_reader_metadata_value(const ParquetReaderHandle *reader, int32_t index);
// The whole column in one piece; `out` stays valid until the next read or the close.
int32_t parquet_reader_read(ParquetReaderHandle *reader, int32_t column, ParquetValues *out, char **error);
void parquet_reader_close(ParquetReaderHandle *reader);

void parquet_free(char *error);

#ifdef __cplusplus
}
#endif
