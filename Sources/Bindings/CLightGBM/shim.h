// Declarations of the LightGBM 4.6 C API functions that this project calls; LightGBM's Python wheel contains no header.
// Documentation: https://lightgbm.readthedocs.io/en/v4.6.0/C-API.html
// Functions return 0 on success and -1 on failure; LGBM_GetLastError returns the message.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef void *DatasetHandle;
typedef void *BoosterHandle;

#define C_API_DTYPE_FLOAT32 (0)
#define C_API_DTYPE_FLOAT64 (1)
#define C_API_DTYPE_INT32 (2)
#define C_API_PREDICT_NORMAL (0)
#define C_API_PREDICT_RAW_SCORE (1)
#define C_API_PREDICT_CONTRIB (3)
#define C_API_FEATURE_IMPORTANCE_SPLIT (0)
#define C_API_FEATURE_IMPORTANCE_GAIN (1)

const char *LGBM_GetLastError(void);
int LGBM_RegisterLogCallback(void (*callback)(const char *));

int LGBM_DatasetCreateFromMats(int32_t nmat, const void **data, int data_type, int32_t *nrow, int32_t ncol, int *is_row_major,
                               const char *parameters, const DatasetHandle reference, DatasetHandle *out);
int LGBM_DatasetSetField(DatasetHandle handle, const char *field_name, const void *field_data, int num_element, int type);
int LGBM_DatasetSetFeatureNames(DatasetHandle handle, const char **feature_names, int num_feature_names);
int LGBM_DatasetGetNumData(DatasetHandle handle, int *out);
int LGBM_DatasetGetNumFeature(DatasetHandle handle, int *out);
int LGBM_DatasetFree(DatasetHandle handle);

int LGBM_BoosterCreate(const DatasetHandle train_data, const char *parameters, BoosterHandle *out);
int LGBM_BoosterLoadModelFromString(const char *model_str, int *out_num_iterations, BoosterHandle *out);
int LGBM_BoosterFree(BoosterHandle handle);
int LGBM_BoosterAddValidData(BoosterHandle handle, const DatasetHandle valid_data);
int LGBM_BoosterUpdateOneIter(BoosterHandle handle, int *is_finished);
int LGBM_BoosterUpdateOneIterCustom(BoosterHandle handle, const float *grad, const float *hess, int *is_finished);
int LGBM_BoosterGetCurrentIteration(BoosterHandle handle, int *out_iteration);
int LGBM_BoosterGetNumClasses(BoosterHandle handle, int *out_len);
int LGBM_BoosterGetNumFeature(BoosterHandle handle, int *out_len);
int LGBM_BoosterGetFeatureNames(BoosterHandle handle, const int len, int *out_len, const size_t buffer_len, size_t *out_buffer_len,
                                char **out_strs);
int LGBM_BoosterGetNumPredict(BoosterHandle handle, int data_idx, int64_t *out_len);
int LGBM_BoosterGetPredict(BoosterHandle handle, int data_idx, int64_t *out_len, double *out_result);
int LGBM_BoosterPredictForMat(BoosterHandle handle, const void *data, int data_type, int32_t nrow, int32_t ncol, int is_row_major,
                              int predict_type, int start_iteration, int num_iteration, const char *parameter, int64_t *out_len,
                              double *out_result);
int LGBM_BoosterSaveModelToString(BoosterHandle handle, int start_iteration, int num_iteration, int feature_importance_type,
                                  int64_t buffer_len, int64_t *out_len, char *out_str);
int LGBM_BoosterFeatureImportance(BoosterHandle handle, int num_iteration, int importance_type, double *out_results);
