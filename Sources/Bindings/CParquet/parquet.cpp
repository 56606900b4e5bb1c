#include "CParquet.h"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

struct ParquetWriterHandle {
    std::shared_ptr<arrow::io::FileOutputStream> file;
    std::unique_ptr<parquet::arrow::FileWriter> writer;
    std::shared_ptr<arrow::Schema> schema;
};

struct ParquetReaderHandle {
    std::unique_ptr<parquet::arrow::FileReader> reader;
    std::shared_ptr<arrow::Schema> schema;
    std::shared_ptr<const arrow::KeyValueMetadata> metadata;
    std::shared_ptr<arrow::Array> current;
    std::vector<int32_t> offsets;
    std::vector<uint8_t> validity;
};

static std::shared_ptr<arrow::DataType> type_of(int32_t kind) {
    switch (kind) {
    case PARQUET_INT64: return arrow::int64();
    case PARQUET_FLOAT: return arrow::float32();
    case PARQUET_DOUBLE: return arrow::float64();
    case PARQUET_TEXT: return arrow::utf8();
    default: return arrow::date32();
    }
}

static int32_t fail(const arrow::Status &status, char **error) {
    *error = strdup(status.ToString().c_str());
    return -1;
}

static arrow::Result<ParquetWriterHandle *> open_writer(const char *path, int32_t columns, const char *const *names, const int32_t *kinds,
                                                        int32_t metadata, const char *const *keys, const char *const *values) {
    std::vector<std::shared_ptr<arrow::Field>> fields;
    for (int32_t i = 0; i < columns; i++) fields.push_back(arrow::field(names[i], type_of(kinds[i])));
    auto pairs = std::make_shared<arrow::KeyValueMetadata>();
    for (int32_t i = 0; i < metadata; i++) pairs->Append(keys[i], values[i]);
    auto handle = std::make_unique<ParquetWriterHandle>();
    handle->schema = arrow::schema(fields, pairs);
    ARROW_ASSIGN_OR_RAISE(handle->file, arrow::io::FileOutputStream::Open(path));
    auto builder = parquet::WriterProperties::Builder();
    builder.compression(parquet::Compression::ZSTD)->compression_level(1);
    // Floating-point values hardly repeat: a dictionary doubles the write time and saves no space after compression.
    for (int32_t i = 0; i < columns; i++)
        if (kinds[i] == PARQUET_FLOAT || kinds[i] == PARQUET_DOUBLE) builder.disable_dictionary(names[i]);
    auto properties = builder.build();
    // Write the metadata into the footer's key-values as well, where readers without Arrow find it.
    auto arrow_properties = parquet::ArrowWriterProperties::Builder().build();
    ARROW_ASSIGN_OR_RAISE(handle->writer, parquet::arrow::FileWriter::Open(*handle->schema, arrow::default_memory_pool(), handle->file,
                                                                           properties, arrow_properties));
    ARROW_RETURN_NOT_OK(handle->writer->AddKeyValueMetadata(pairs));
    return handle.release();
}

ParquetWriterHandle *parquet_writer_open(const char *path, int32_t columns, const char *const *names, const int32_t *kinds, int32_t metadata,
                                         const char *const *keys, const char *const *values, char **error) {
    auto result = open_writer(path, columns, names, kinds, metadata, keys, values);
    if (result.ok()) return *result;
    fail(result.status(), error);
    return nullptr;
}

int32_t parquet_writer_write(ParquetWriterHandle *writer, const ParquetValues *columns, char **error) {
    std::vector<std::shared_ptr<arrow::Array>> arrays;
    int64_t rows = 0;
    for (int i = 0; i < writer->schema->num_fields(); i++) {
        const ParquetValues &column = columns[i];
        rows = column.length;
        std::shared_ptr<arrow::Buffer> validity, offsets;
        if (column.validity) validity = std::make_shared<arrow::Buffer>(column.validity, (rows + 7) / 8);
        auto data = std::make_shared<arrow::Buffer>(static_cast<const uint8_t *>(column.data), column.data_bytes);
        std::vector<std::shared_ptr<arrow::Buffer>> buffers{validity, data};
        if (column.kind == PARQUET_TEXT) {
            offsets = std::make_shared<arrow::Buffer>(reinterpret_cast<const uint8_t *>(column.offsets), (rows + 1) * 4);
            buffers = {validity, offsets, data};
        }
        auto array = arrow::ArrayData::Make(type_of(column.kind), rows, buffers, validity ? arrow::kUnknownNullCount : 0);
        arrays.push_back(arrow::MakeArray(array));
    }
    auto status = writer->writer->WriteTable(*arrow::Table::Make(writer->schema, arrays, rows), rows > 0 ? rows : 1);
    return status.ok() ? 0 : fail(status, error);
}

int32_t parquet_writer_close(ParquetWriterHandle *writer, char **error) {
    std::unique_ptr<ParquetWriterHandle> owned(writer);
    auto status = owned->writer->Close();
    if (status.ok()) status = owned->file->Close();
    return status.ok() ? 0 : fail(status, error);
}

static arrow::Result<ParquetReaderHandle *> open_reader(const char *path) {
    auto handle = std::make_unique<ParquetReaderHandle>();
    ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::ReadableFile::Open(path));
    ARROW_ASSIGN_OR_RAISE(handle->reader, parquet::arrow::OpenFile(file, arrow::default_memory_pool()));
    ARROW_RETURN_NOT_OK(handle->reader->GetSchema(&handle->schema));
    handle->metadata = handle->reader->parquet_reader()->metadata()->key_value_metadata();
    return handle.release();
}

ParquetReaderHandle *parquet_reader_open(const char *path, char **error) {
    auto result = open_reader(path);
    if (result.ok()) return *result;
    fail(result.status(), error);
    return nullptr;
}

int64_t parquet_reader_rows(const ParquetReaderHandle *reader) { return reader->reader->parquet_reader()->metadata()->num_rows(); }
int32_t parquet_reader_columns(const ParquetReaderHandle *reader) { return reader->schema->num_fields(); }
const char *parquet_reader_name(const ParquetReaderHandle *reader, int32_t column) { return reader->schema->field(column)->name().c_str(); }
int32_t parquet_reader_kind(const ParquetReaderHandle *reader, int32_t column) {
    auto type = reader->schema->field(column)->type();
    for (int32_t kind = PARQUET_INT64; kind <= PARQUET_DATE; kind++)
        if (type->Equals(type_of(kind))) return kind;
    return -1;
}
int32_t parquet_reader_metadata(const ParquetReaderHandle *reader) { return reader->metadata ? reader->metadata->size() : 0; }
const char *parquet_reader_metadata_key(const ParquetReaderHandle *reader, int32_t index) { return reader->metadata->keys()[index].c_str(); }
const char *parquet_reader_metadata_value(const ParquetReaderHandle *reader, int32_t index) { return reader->metadata->values()[index].c_str(); }

int32_t parquet_reader_read(ParquetReaderHandle *reader, int32_t column, ParquetValues *out, char **error) {
    if (parquet_reader_kind(reader, column) < 0)
        return fail(arrow::Status::TypeError("column \"", parquet_reader_name(reader, column), "\" has a type that is not read here: ",
                                             reader->schema->field(column)->type()->ToString()),
                    error);
    std::shared_ptr<arrow::ChunkedArray> chunks;
    auto status = reader->reader->ReadColumn(column, &chunks);
    if (!status.ok()) return fail(status, error);
    auto whole = chunks->num_chunks() == 1 ? arrow::Result<std::shared_ptr<arrow::Array>>(chunks->chunk(0))
                 : chunks->num_chunks() == 0 ? arrow::MakeArrayOfNull(chunks->type(), 0)
                                             : arrow::Concatenate(chunks->chunks());
    if (!whole.ok()) return fail(whole.status(), error);
    reader->current = *whole;
    const auto &array = *reader->current;
    *out = {parquet_reader_kind(reader, column), array.length(), nullptr, 0, nullptr, nullptr};
    // A slice may start inside its buffers: copy the bitmap and the offsets, and point fixed-width data at its start.
    if (array.null_count() > 0) {
        reader->validity.assign((array.length() + 7) / 8, 0);
        for (int64_t i = 0; i < array.length(); i++)
            if (array.IsValid(i)) reader->validity[i / 8] |= uint8_t(1 << (i % 8));
        out->validity = reader->validity.data();
    }
    const auto &buffers = array.data()->buffers;
    if (out->kind == PARQUET_TEXT) {
        const auto &strings = static_cast<const arrow::StringArray &>(array);
        reader->offsets.resize(array.length() + 1);
        for (int64_t i = 0; i <= array.length(); i++) reader->offsets[i] = strings.value_offset(i);
        out->offsets = reader->offsets.data();
        out->data = buffers[2] ? buffers[2]->data() : nullptr;
        out->data_bytes = buffers[2] ? buffers[2]->size() : 0;
    } else if (array.length() > 0) {
        int64_t width = out->kind == PARQUET_FLOAT || out->kind == PARQUET_DATE ? 4 : 8;
        out->data = buffers[1]->data() + array.offset() * width;
        out->data_bytes = array.length() * width;
    }
    return 0;
}

void parquet_reader_close(ParquetReaderHandle *reader) { delete reader; }
void parquet_free(char *error) { free(error); }
